// SPDX-License-Identifier: Apache-2.0
#include "runphi.hpp"

namespace phi::test {
namespace {

class Linux : public Container {
  protected:
    void has_its_output_and_its_status() {
        const Result ran = run(linux_bundle("box", "echo hello; nproc; exit 3"));
        EXPECT_EQ(ran.status, 3) << ran.err;
        EXPECT_EQ(ran.out, "hello\n1\n");
        EXPECT_EQ(ran.err, "");
    }
    void handles_term() {
        begin(linux_bundle("box",
                           "trap 'echo asked; exit 5' TERM; echo ready; "
                           "while :; do sleep 1; done"));
        ASSERT_TRUE(says("ready\n")) << output();
        EXPECT_EQ(runphi({"kill", "c", "TERM"}).err, "");
        EXPECT_EQ(ends(), 5);
        EXPECT_EQ(output(), "ready\nasked\n");
    }
};

#if defined(__x86_64__)
// The other type of domains, which the node chooses.
class LinuxPv : public Linux {
  protected:
    LinuxPv() { configure("{\"backend_settings\": {\"xen\": {\"type\": \"pv\"}}}\n"); }
    ~LinuxPv() override {
        runphi({"delete", "--force", "c"});
        configure("");
    }
};

TEST_F(LinuxPv, HasItsOutputAndItsStatus) {
    has_its_output_and_its_status();
}

TEST_F(LinuxPv, HandlesTERM) {
    handles_term();
}

// Xen's loader takes an inmate by the note of a PV kernel, and ours have that of PVH.
TEST_F(LinuxPv, IsNoTypeForAnInmate) {
    const Result ran = run(inmate_bundle("exit"));
    EXPECT_NE(ran.status, 0);
    EXPECT_NE(ran.err.find("boots kernels only"), std::string::npos) << ran.err;
}
#endif

TEST_F(Linux, HasItsOutputAndItsStatus) {
    has_its_output_and_its_status();
}

TEST_F(Linux, HandlesTERM) {
    handles_term();
}

TEST_F(Linux, ThatIgnoresTERMIsEndedByKILL) {
    begin(linux_bundle("box", "trap '' TERM; echo ready; while :; do sleep 1; done"));
    ASSERT_TRUE(says("ready\n")) << output();
    EXPECT_EQ(runphi({"kill", "c", "TERM"}).err, "");
    EXPECT_EQ(runphi({"kill", "c", "KILL"}).err, "");
    EXPECT_EQ(ends(), 137);
}

TEST_F(Linux, RunsAnotherProgram) {
    begin(linux_bundle("box", "echo ready; sleep 1000"));
    ASSERT_TRUE(says("ready\n")) << output();
    const Result ran = runphi({"exec", "c", "sh", "-c", "echo inside; exit 4"});
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_EQ(ran.out, "inside\n");
}

}  // namespace
}  // namespace phi::test
