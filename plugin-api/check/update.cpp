// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

namespace check {

using runphi::sdk::State;

namespace {

Outcome update(const Subject& subject, const Place& on, const std::string& to) {
    Bench& bench = subject.bench();
    auto partition = packed(on);
    const runphi_bytes plan{to.data(), to.size()};
    Sink handle(RUNPHI_HANDLE_MAX);
    Outcome outcome = call(bench.host, [&](runphi_error* error) {
        return bench.tables.update->update(bench.host.abi(), partition.get(), &plan, handle.abi(),
                                           error);
    });
    partition.require_untouched("runphi_partition");
    handle.require_bounded("the handle");
    return outcome;
}

// Whatever was tried, the guest goes on.
void require_unmoved(const Subject& subject, const Place& here, State before) {
    const State after = subject.state(here);
    require(after == before || ended(after),
            std::string("query says ") + to_string(after) + " afterwards");
}

class Updates {
  public:
    Updates(const Subject& subject, Place here, const std::vector<BootImage>& images)
        : subject_(subject), bench_(subject.bench()), here_(std::move(here)), images_(images) {}

    void stay() {
        const State before = running();
        for (int i = 0; i < 2; ++i) to(subject_.plan()).expect_ok("update");
        require_unmoved(subject_, here_, before);
    }

    // There and back, as the host does when a later step of it has failed: by the old handle, with
    // the old plan in both places.
    void move() {
        const State before = running();
        const Board board = read_board(bench_.board);
        if (board.cpus.size() < 2) throw Skip{"the board has one CPU"};
        Shape shape;
        shape.cpus = {board.cpus[1]};
        const std::string there = plan_of(shape);
        for (int i = 0; i < 2; ++i) to(there).expect_ok("update to another CPU");
        for (int i = 0; i < 2; ++i) to(subject_.plan()).expect_ok("update back");
        require_unmoved(subject_, here_, before);
    }

    void grow() {
        const State before = running();
        Shape larger;
        larger.memory = 2 * bench_.options.memory;
        Shape more;
        more.cpu_count = 2;
        for (const Shape& shape : {larger, more}) {
            require(!to(plan_of(shape)).ok(), "it succeeds");
            require_unmoved(subject_, here_, before);
        }
    }

    void cut_short() {
        const State before = running();
        const std::string half = subject_.plan().substr(0, subject_.plan().size() / 2);
        for (const auto& bad : {half, std::string("[]"), std::string()}) {
            require(!to(bad).ok(), "it accepts \"" + bad.substr(0, 20) + "\"");
        }
        require_unmoved(subject_, here_, before);
    }

  private:
    State running() const {
        const State now = subject_.state(here_);
        if (ended(now)) throw Skip{"the guest has ended already"};
        return now;
    }
    Outcome to(const std::string& plan) const { return update(subject_, here_, plan); }
    // What cannot be planned cannot be tried.
    std::string plan_of(const Shape& shape) const {
        try {
            return make_plan(bench_, images_, shape);
        } catch (const Failure& failure) {
            throw Skip{"it cannot be planned here: " + failure.why};
        }
    }

    const Subject& subject_;
    Bench& bench_;
    Place here_;
    const std::vector<BootImage>& images_;
};

}  // namespace

void check_update(const Subject& subject, const Place& here, const std::vector<BootImage>& images) {
    Report& report = subject.bench().report;
    Updates updates(subject, here, images);
    report.check("update to the plan that it has, twice", [&] { updates.stay(); });
    report.check("update to another CPU and back, each twice", [&] { updates.move(); });
    if (!can(subject.bench(), RUNPHI_CAP_LIVE_RESIZE)) {
        report.check("update to more memory or more CPUs is refused", [&] { updates.grow(); });
    }
    report.check("update to what is no plan is an error, not a crash",
                 [&] { updates.cut_short(); });
}

void check_update_of_nothing(const Subject& subject, const Place& gone) {
    subject.bench().report.check("update of what is gone fails and says why", [&] {
        require(!update(subject, gone, subject.plan()).ok(), "it succeeds");
    });
}

}  // namespace check
