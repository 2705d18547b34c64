// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <runphi/sdk/json.hpp>

#include "monitor.hpp"
#include "subject.hpp"
#include "surroundings.hpp"

namespace check {

using runphi::sdk::State;
using runphi::sdk::UniqueFd;

namespace {

int timeout_ms(const Bench& bench) {
    return static_cast<int>(bench.options.timeout_s) * 1000;
}

// It may be on its way.
void require_end(const runphi::sdk::ProcessId& process, int patience_ms) {
    const UniqueFd pidfd = runphi::sdk::open_process(process);
    pollfd waiting{pidfd.get(), POLLIN, 0};
    require(!pidfd || ::poll(&waiting, 1, patience_ms) > 0,
            "process " + std::to_string(process.pid) + " lives on");
}

class Life {
  public:
    explicit Life(Bench& bench)
        : bench_(bench),
          subject_(bench, bench.plan),
          table_(subject_.table()),
          images_(open_images(bench.options)),
          timeout_ms_(timeout_ms(bench)) {}

    void one_life();
    void destroyed_by_name();
    void created_over_half_made();
    void dies_with_creator();

  private:
    Report& report() { return bench_.report; }

    bool begin(Monitor& monitor, std::string& handle);
    void while_running(Monitor& monitor, const Place& here);
    void pause_and_resume(const Place& here);
    void read_statistics(const Place& here);
    void end(Monitor& monitor, const Place& here);
    void remove(const Place& here);

    Bench& bench_;
    Subject subject_;
    const runphi_lifecycle& table_;
    std::vector<BootImage> images_;
    int timeout_ms_;
};

bool Life::begin(Monitor& monitor, std::string& handle) {
    if (table_.mount != nullptr) {
        report().check("mount", [&] {
            require_ok_or_unsupported(act(bench_.host, table_.mount, subject_.place()), "mount");
        });
    }
    if (!report().check("create", [&] { handle = monitor.create(); })) return false;
    const Place here = subject_.place(handle);
    report().check("it is created, for query and list", [&] {
        subject_.expect(here, State::created);
        subject_.expect(subject_.place(), State::created);  // by its name alone
        require(listed(bench_.host, bench_.tables, here.name) == State::created,
                "the list has it not as created");
    });
    report().check("wait, console and agent give descriptors", [&] { monitor.open_channels(); });
    return report().check("start", [&] {
        subject_.run(table_.start, here, "start");
        const State now = subject_.state(here);
        require(now == State::running || ended(now),
                std::string("query says ") + to_string(now) + " afterwards");
    });
}

void Life::pause_and_resume(const Place& here) {
    if (!can(bench_, RUNPHI_CAP_PAUSE)) {
        report().check("pause and resume are refused", [&] {
            for (const auto function : {table_.pause, table_.resume}) {
                const Outcome outcome = act(bench_.host, function, here);
                require(outcome.code == RUNPHI_UNSUPPORTED,
                        "the code is " + std::to_string(outcome.code) + ", not unsupported");
            }
        });
        return;
    }
    report().check("pause and resume, each twice", [&] {
        if (subject_.state(here) != State::running) throw Skip{"the guest has ended already"};
        for (int i = 0; i < 2; ++i) subject_.run(table_.pause, here, "pause");
        subject_.expect(here, State::paused);
        for (int i = 0; i < 2; ++i) subject_.run(table_.resume, here, "resume");
        subject_.expect(here, State::running);
    });
}

std::string read_stats(Bench& bench, const Place& of) {
    auto partition = packed(of);
    Sink out;
    call(bench.host, [&](runphi_error* error) {
        return bench.tables.stats->read(bench.host.abi(), partition.get(), out.abi(), error);
    }).expect_ok("stats");
    out.require_bounded("the statistics");
    return out.text();
}

// Twice: counters that count on are fine, an answer of another form is not.
void Life::read_statistics(const Place& here) {
    for (int i = 0; i < 2; ++i) {
        const runphi::sdk::JsonDocument document(read_stats(bench_, here), "stats");
        require(document.root().at("format").string() == "runphi.stats/1",
                "its format is not runphi.stats/1");
    }
}

void Life::while_running(Monitor& monitor, const Place& here) {
    if (can(bench_, RUNPHI_CAP_CONSOLE)) {
        report().check("the console speaks", [&] {
            if (monitor.read_console(timeout_ms_).empty()) throw Skip{"the guest printed nothing"};
        });
    }
    pause_and_resume(here);
    if (can(bench_, RUNPHI_CAP_STATS)) {
        report().check("statistics", [&] { read_statistics(here); });
    }
    if (can(bench_, RUNPHI_CAP_UPDATE)) check_update(subject_, here, images_);
    report().check("stop asks, or is refused", [&] {
        if (ended(subject_.state(here))) throw Skip{"the guest has ended already"};
        require_ok_or_unsupported(act(bench_.host, table_.stop, here), "stop");
    });
}

void Life::end(Monitor& monitor, const Place& here) {
    report().check("kill, twice", [&] {
        for (int i = 0; i < 2; ++i) subject_.run(table_.kill, here, "kill");
        const State now = subject_.state(here);
        require(ended(now), std::string("query says ") + to_string(now) + " afterwards");
    });
    report().check("wait and event tell the end", [&] {
        State told = State::running;
        using Clock = std::chrono::steady_clock;
        const auto until = Clock::now() + std::chrono::milliseconds(timeout_ms_);
        while (!ended(told)) {
            require(Clock::now() < until, std::string("event says ") + to_string(told));
            told = monitor.next_event(timeout_ms_);
        }
    });
    report().check("no descriptor is left open where it was created",
                   [&] { monitor.require_no_leaks(); });
}

void Life::remove(const Place& here) {
    report().check("destroy, twice, and by name", [&] {
        subject_.run(table_.destroy, here, "destroy");
        subject_.run(table_.destroy, here, "the second destroy");
        subject_.run(table_.destroy, subject_.name_only(), "destroy by name");
    });
    report().check("nothing of it is left, for query and list", [&] { subject_.expect_absent(); });
    if (can(bench_, RUNPHI_CAP_UPDATE)) check_update_of_nothing(subject_, here);
    if (table_.unmount == nullptr) return;
    report().check("unmount, twice", [&] {
        for (int i = 0; i < 2; ++i) {
            require_ok_or_unsupported(act(bench_.host, table_.unmount, here), "unmount");
        }
    });
}

void Life::one_life() {
    std::string handle;
    {
        Monitor monitor(bench_, subject_.place(), images_);
        if (!begin(monitor, handle)) {
            act(bench_.host, table_.destroy, subject_.name_only());
            return;
        }
        while_running(monitor, subject_.place(handle));
        end(monitor, subject_.place(handle));
    }
    remove(subject_.place(handle));
}

void Life::destroyed_by_name() {
    report().check("destroy by name, while its creator lives", [&] {
        Monitor monitor(bench_, subject_.place(), images_);
        monitor.create();
        subject_.run(table_.destroy, subject_.name_only(), "destroy");
        subject_.expect_absent();
    });
}

void Life::created_over_half_made() {
    report().check("create replaces a half-made partition of its name", [&] {
        Monitor first(bench_, subject_.place(), images_);
        first.create();
        {
            Monitor second(bench_, subject_.place(), images_);
            subject_.expect(subject_.place(second.create()), State::created);
            require(listed(bench_.host, bench_.tables, subject_.place().name).has_value(),
                    "it is not in the list");
            subject_.run(table_.destroy, subject_.name_only(), "destroy");
        }
        subject_.expect_absent();
    });
}

void Life::dies_with_creator() {
    report().check("its processes die with their creator", [&] {
        Monitor monitor(bench_, subject_.place(), images_);
        const Place here = subject_.place(monitor.create());
        const auto processes = children_of(monitor.pid());
        subject_.run(table_.start, here, "start");
        if (processes.empty()) {
            subject_.run(table_.destroy, subject_.name_only(), "destroy");
            throw Skip{"it has none"};
        }
        monitor.kill();
        for (const auto& process : processes) require_end(process, timeout_ms_);
        subject_.run(table_.destroy, here, "destroy");
        subject_.expect_absent();
    });
}

}  // namespace

namespace {

using OpenChannel = runphi_result (*)(const runphi_host*, const runphi_partition*, std::int32_t*,
                                      runphi_error*);

void check_no_channels(Bench& bench, const Place& nobody) {
    const auto* channel = bench.tables.channel;
    if (channel == nullptr) return;
    bench.report.check("its channels cannot be opened", [&] {
        for (const OpenChannel open : {channel->console, channel->agent, channel->sessions}) {
            if (open == nullptr) continue;
            auto partition = packed(nobody);
            std::int32_t fd = -1;
            const Outcome outcome = call(bench.host, [&](runphi_error* error) {
                return open(bench.host.abi(), partition.get(), &fd, error);
            });
            require(!outcome.ok() && fd == -1, "one can");
        }
    });
}

}  // namespace

void check_absent(Bench& bench) {
    bench.report.section("a partition that does not exist");
    const Place nobody{"check-nobody", bench.dir, -1, {}, {}};
    const runphi_lifecycle& table = *bench.tables.lifecycle;
    bench.report.check("query says absent", [&] {
        const State found = query(bench.host, bench.tables, nobody).state;
        require(found == State::absent, std::string("it says ") + to_string(found));
    });
    bench.report.check("the list has it not",
                       [&] { require(!listed(bench.host, bench.tables, nobody.name), "it has"); });
    bench.report.check("kill and destroy succeed", [&] {
        act(bench.host, table.kill, nobody).expect_ok("kill");
        act(bench.host, table.destroy, nobody).expect_ok("destroy");
    });
    bench.report.check("start fails and says why",
                       [&] { require(!act(bench.host, table.start, nobody).ok(), "it succeeds"); });
    check_no_channels(bench, nobody);
}

void check_lifecycle(Bench& bench) {
    // What loses its parent comes to us, so that nothing gets lost.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const auto descriptors = open_descriptors();
    {
        Life life(bench);
        bench.report.section("life cycle");
        life.one_life();
        bench.report.section("crashes");
        life.destroyed_by_name();
        life.created_over_half_made();
        life.dies_with_creator();
    }
    check_network(bench);
    check_linux(bench);
    bench.report.section("remains");
    bench.report.check("no process is left", [&] {
        for (const auto& child : children_of(::getpid())) require_end(child, timeout_ms(bench));
    });
    bench.report.check("no descriptor is left open", [&] {
        const auto after = open_descriptors();
        require(after.size() == descriptors.size(), std::to_string(after.size()) + " are open, " +
                                                        std::to_string(descriptors.size()) +
                                                        " were before");
    });
}

}  // namespace check
