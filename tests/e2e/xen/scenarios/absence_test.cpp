// SPDX-License-Identifier: Apache-2.0
// What is not there, or has gone: each has its own message, and none keeps anybody waiting.
#include <signal.h>

#include <chrono>

#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

pid_t daemon(const std::string& name) {
    return static_cast<pid_t>(std::stoi(read_text("/run/" + name + ".pid")));
}
bool stop_daemon(const std::string& name) {
    const pid_t pid = daemon(name);
    ::kill(pid, SIGKILL);
    return Sandbox::eventually([&] { return !start_time_of(pid); });
}

class Absence : public testing::Test {
  protected:
    // It fails, says why, and does so before libxl would have given up: that waits ten seconds for
    // xenconsoled, and for xenstored for ever.
    static void refused(const std::vector<std::string>& args, const std::string& why) {
        const auto begin = std::chrono::steady_clock::now();
        const Result result = runphi(args);
        const auto took = std::chrono::steady_clock::now() - begin;
        EXPECT_NE(result.status, 0) << join(args, " ") << " succeeded";
        EXPECT_NE(result.err.find(why), std::string::npos) << join(args, " ") << ": " << result.err;
        EXPECT_LT(took, std::chrono::seconds(10)) << join(args, " ");
    }
};

// Comes first of these: this daemon can be started again.
TEST_F(Absence, OfXenconsoledIsTold) {
    const std::string bundle = inmate_bundle("spin");
    const Leftovers before;
    ASSERT_TRUE(stop_daemon("xenconsoled"));
    refused({"create", "--bundle", bundle, "c"}, "xenconsoled does not run");
    runphi({"delete", "--force", "c"});
    EXPECT_EQ(before.after_a_while(), "");
    EXPECT_EQ(run_program({tool("xenconsoled"), "--log=guest", "--log-dir=/var/log/xen/console",
                           "--pid-file=/run/xenconsoled.pid"})
                  .status,
              0);
}

// Comes last of all: xenstored cannot be started again, and libxl waits for it for ever.
TEST_F(Absence, OfXenstoredIsToldWithAPartitionRunningToo) {
    const std::string bundle = inmate_bundle("spin");
    ASSERT_EQ(runphi({"create", "--bundle", bundle, "c"}).err, "");
    ASSERT_EQ(runphi({"start", "c"}).err, "");
    ASSERT_TRUE(stop_daemon("xenstored"));
    refused({"create", "--bundle", bundle, "another"}, "xenstored does not run");
    const auto begin = std::chrono::steady_clock::now();
    runphi({"kill", "c", "KILL"});
    runphi({"delete", "--force", "c"});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

}  // namespace
}  // namespace phi::test
