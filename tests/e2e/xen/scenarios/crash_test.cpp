// SPDX-License-Identifier: Apache-2.0
// SIGKILL takes a command, or the container's monitor, in the middle of its work.
#include <signal.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "crash/effect_tracer.hpp"
#include "lab.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

class Killed : public testing::Test {
  protected:
    Killed() : Killed(inmate_bundle("spin")) {}
    explicit Killed(std::string bundle) : bundle_(std::move(bundle)) {}

    std::vector<std::string> create() const {
        return {runphi_program, "create", "--bundle", bundle_, "c"};
    }
    static Trace traced(const std::vector<std::string>& argv, Victim victim,
                        std::optional<unsigned> at) {
        return trace_effects(argv, {}, {.victim = victim, .kill_at = at, .output = "/tmp/traced"});
    }
    void nothing_is_left(const std::string& where) {
        const Result deleted = runphi({"delete", "--force", "c"});
        EXPECT_EQ(deleted.status, 0) << where << ": " << deleted.err;
        EXPECT_EQ(before_.after_a_while(), "") << where;
    }
    void at_each_effect_of_create(Victim victim, unsigned at_least) {
        const Trace whole = traced(create(), victim, std::nullopt);
        ASSERT_EQ(whole.status, 0) << read_text("/tmp/traced");
        nothing_is_left("not killed");
        unsigned killed = 0;
        for (unsigned at = 0; at < whole.effects && !HasFailure(); ++at) {
            const Trace died = traced(create(), victim, at);
            killed += died.killed ? 1 : 0;
            nothing_is_left(text("killed at effect ", at, ", ", died.last));
        }
        // How many there are varies a little from run to run.
        EXPECT_GE(killed, std::max(at_least, whole.effects / 2));
        EXPECT_LE(before_.missing_pages(kept_pages), kept_pages);
    }

    std::string bundle_;
    Leftovers before_;
};

// One whose vif goes into a namespace, and whose disk is a loop device.
class KilledWithDevices : public HasLab, public Killed {
  protected:
    KilledWithDevices()
        : Killed(kernel_bundle("kernel", "", "\"org.runphi.disk\": \"/disk.raw\"", {},
                               in_namespace())) {
        write_text(bundle_ + "/rootfs/disk.raw", std::string(1U << 20, '\0'));
        lab_.connect("eth0", 1);
    }
    ~KilledWithDevices() override { EXPECT_EQ(lab_.remains(), ""); }
};

TEST_F(Killed, CreateInTheMiddleLeavesNothing) {
    at_each_effect_of_create(Victim::command, 10);
}

TEST_F(KilledWithDevices, CreateInTheMiddleLeavesNothing) {
    at_each_effect_of_create(Victim::command, 10);
}

TEST_F(Killed, MonitorInTheMiddleLeavesNothing) {
    at_each_effect_of_create(Victim::monitor, 3);
}

TEST_F(Killed, MonitorOfARunningDomainLeavesNothing) {
    ASSERT_EQ(runphi({"create", "--bundle", bundle_, "c"}).err, "");
    ASSERT_EQ(runphi({"start", "c"}).err, "");
    const std::string state = runphi({"state", "c"}).out;
    const auto at = state.find("\"pid\": ");
    ASSERT_NE(at, std::string::npos) << state;
    ::kill(std::stoi(state.substr(at + 7)), SIGKILL);
    nothing_is_left("monitor killed");
}

}  // namespace
}  // namespace phi::test
