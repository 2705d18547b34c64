// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>

#include "checks.hpp"
#include "monitor.hpp"
#include "plan.hpp"
#include "surroundings.hpp"

namespace check {

using runphi::sdk::State;
using runphi::sdk::UniqueFd;

namespace {

bool ended(State state) {
    return state == State::absent || state == State::stopped || state == State::failed;
}

// What mount and unmount may answer.
void require_ok_or_unsupported(const Outcome& outcome, const char* what) {
    if (outcome.code != RUNPHI_UNSUPPORTED) outcome.expect_ok(what);
}

class Life {
  public:
    explicit Life(Bench& bench)
        : bench_(bench),
          table_(*bench.tables.lifecycle),
          images_(open_images(bench.options)),
          dir_(bench.dir + "/partition"),
          timeout_ms_(static_cast<int>(bench.options.timeout_s) * 1000) {
        if (::mkdir(dir_.c_str(), 0700) != 0 && errno != EEXIST) {
            throw runphi::sdk::os_error("mkdir " + dir_);
        }
        dir_fd_.reset(::open(dir_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    }

    void one_life();
    void destroyed_by_name();
    void created_over_half_made();
    void dies_with_creator();

  private:
    bool can(std::uint64_t bit) const { return (bench_.capabilities & bit) != 0; }
    Report& report() { return bench_.report; }

    Place place(const std::string& handle = {}) const {
        return {"check-" + std::string(bench_.tables.entry->id), dir_, dir_fd_.get(), handle,
                bench_.plan};
    }
    // As it is after a crash: nothing is left of it but its name.
    Place name_only() const {
        Place out = place();
        out.plan.clear();
        return out;
    }
    State state(const Place& of) { return query(bench_.host, bench_.tables, of).state; }
    void run(runphi_partition_fn function, const Place& on, const char* what) {
        act(bench_.host, function, on).expect_ok(what);
    }
    void expect(const Place& of, State wanted) {
        const State found = state(of);
        require(found == wanted,
                std::string("query says ") + to_string(found) + ", not " + to_string(wanted));
    }
    void expect_absent() {
        expect(name_only(), State::absent);
        require(!listed(bench_.host, bench_.tables, place().name), "it is still in the list");
    }

    bool begin(Monitor& monitor, std::string& handle);
    void while_running(Monitor& monitor, const Place& here);
    void pause_and_resume(const Place& here);
    Outcome update(const Place& on);
    void stay_where_it_is(const Place& here);
    void end(Monitor& monitor, const Place& here);
    void remove(const Place& here);

    Bench& bench_;
    const runphi_lifecycle& table_;
    std::vector<BootImage> images_;
    std::string dir_;
    UniqueFd dir_fd_;
    int timeout_ms_;
};

bool Life::begin(Monitor& monitor, std::string& handle) {
    if (table_.mount != nullptr) {
        report().check("mount", [&] {
            require_ok_or_unsupported(act(bench_.host, table_.mount, place()), "mount");
        });
    }
    if (!report().check("create", [&] { handle = monitor.create(); })) return false;
    const Place here = place(handle);
    report().check("it is created, for query and list", [&] {
        expect(here, State::created);
        expect(place(), State::created);  // by its name alone
        require(listed(bench_.host, bench_.tables, here.name) == State::created,
                "the list has it not as created");
    });
    report().check("wait, console and agent give descriptors", [&] { monitor.open_channels(); });
    return report().check("start", [&] {
        run(table_.start, here, "start");
        const State now = state(here);
        require(now == State::running || ended(now),
                std::string("query says ") + to_string(now) + " afterwards");
    });
}

void Life::pause_and_resume(const Place& here) {
    if (!can(RUNPHI_CAP_PAUSE)) {
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
        if (state(here) != State::running) throw Skip{"the guest has ended already"};
        for (int i = 0; i < 2; ++i) run(table_.pause, here, "pause");
        expect(here, State::paused);
        for (int i = 0; i < 2; ++i) run(table_.resume, here, "resume");
        expect(here, State::running);
    });
}

// To the plan that it has.
Outcome Life::update(const Place& on) {
    auto partition = packed(on);
    const runphi_bytes plan{bench_.plan.data(), bench_.plan.size()};
    Sink handle(RUNPHI_HANDLE_MAX);
    return call(bench_.host, [&](runphi_error* error) {
        return bench_.tables.update->update(bench_.host.abi(), partition.get(), &plan, handle.abi(),
                                            error);
    });
}

void Life::stay_where_it_is(const Place& here) {
    require((bench_.tables.update != nullptr) == can(RUNPHI_CAP_UPDATE),
            "the interface " RUNPHI_UPDATE_1 " and its capability do not agree");
    const State before = state(here);
    if (ended(before)) throw Skip{"the guest has ended already"};
    for (int i = 0; i < 2; ++i) update(here).expect_ok("update");
    const State after = state(here);
    require(after == before || ended(after),
            std::string("query says ") + to_string(after) + " afterwards");
}

void Life::while_running(Monitor& monitor, const Place& here) {
    if (can(RUNPHI_CAP_CONSOLE)) {
        report().check("the console speaks", [&] {
            if (monitor.read_console(timeout_ms_).empty()) throw Skip{"the guest printed nothing"};
        });
    }
    pause_and_resume(here);
    if (bench_.tables.update != nullptr || can(RUNPHI_CAP_UPDATE)) {
        report().check("update to the plan that it has, twice", [&] { stay_where_it_is(here); });
    }
    report().check("stop asks, or is refused", [&] {
        if (ended(state(here))) throw Skip{"the guest has ended already"};
        require_ok_or_unsupported(act(bench_.host, table_.stop, here), "stop");
    });
}

void Life::end(Monitor& monitor, const Place& here) {
    report().check("kill, twice", [&] {
        for (int i = 0; i < 2; ++i) run(table_.kill, here, "kill");
        const State now = state(here);
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
        run(table_.destroy, here, "destroy");
        run(table_.destroy, here, "the second destroy");
        run(table_.destroy, name_only(), "destroy by name");
    });
    report().check("nothing of it is left, for query and list", [&] { expect_absent(); });
    if (bench_.tables.update != nullptr) {
        report().check("update of what is gone fails and says why",
                       [&] { require(!update(here).ok(), "it succeeds"); });
    }
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
        Monitor monitor(bench_, place(), images_);
        if (!begin(monitor, handle)) {
            act(bench_.host, table_.destroy, name_only());
            return;
        }
        while_running(monitor, place(handle));
        end(monitor, place(handle));
    }
    remove(place(handle));
}

void Life::destroyed_by_name() {
    report().check("destroy by name, while its creator lives", [&] {
        Monitor monitor(bench_, place(), images_);
        monitor.create();
        run(table_.destroy, name_only(), "destroy");
        expect_absent();
    });
}

void Life::created_over_half_made() {
    report().check("create replaces a half-made partition of its name", [&] {
        Monitor first(bench_, place(), images_);
        first.create();
        {
            Monitor second(bench_, place(), images_);
            expect(place(second.create()), State::created);
            require(listed(bench_.host, bench_.tables, place().name).has_value(),
                    "it is not in the list");
            run(table_.destroy, name_only(), "destroy");
        }
        expect_absent();
    });
}

void Life::dies_with_creator() {
    report().check("its processes die with their creator", [&] {
        Monitor monitor(bench_, place(), images_);
        const Place here = place(monitor.create());
        const auto processes = children_of(monitor.pid());
        run(table_.start, here, "start");
        if (processes.empty()) {
            run(table_.destroy, name_only(), "destroy");
            throw Skip{"it has none"};
        }
        monitor.kill();
        for (const auto& process : processes) {
            const UniqueFd pidfd = runphi::sdk::open_process(process);
            pollfd waiting{pidfd.get(), POLLIN, 0};
            require(!pidfd || ::poll(&waiting, 1, timeout_ms_) > 0,
                    "process " + std::to_string(process.pid) + " lives on");
        }
        run(table_.destroy, here, "destroy");
        expect_absent();
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
    bench.report.section("remains");
    bench.report.check("no process is left", [&] {
        for (const auto& child : children_of(::getpid())) {
            throw Failure{"process " + std::to_string(child.pid) + " lives on"};
        }
    });
    bench.report.check("no descriptor is left open", [&] {
        const auto after = open_descriptors();
        require(after.size() == descriptors.size(), std::to_string(after.size()) + " are open, " +
                                                        std::to_string(descriptors.size()) +
                                                        " were before");
    });
}

}  // namespace check
