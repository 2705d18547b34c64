// SPDX-License-Identifier: Apache-2.0
// Bare-metal inmates by the command line, for each architecture that has an emulator here.
#include <filesystem>

#include "partition.hpp"

namespace phi::test {
namespace {

class Inmate : public Partition, public ::testing::WithParamInterface<const char*> {
  protected:
    Inmate() : Partition("\"defaults\": {\"memory\": \"64M\"}") {}

    std::string bundle(const std::string& program) {
        const std::string inmate = std::string(INMATES) + "/" + GetParam() + "/" + program;
        if (!std::filesystem::exists(inmate)) return {};
        return node_.inmate_bundle("bundle", read_text(inmate));
    }
};

#define INMATE_OR_SKIP(name, program)         \
    const std::string name = bundle(program); \
    if (name.empty()) GTEST_SKIP() << "no cross compiler built " << GetParam() << "/" << (program)

TEST_P(Inmate, PrintsAndPowersOff) {
    INMATE_OR_SKIP(image, "print.elf");
    const Result ran = node_.run({"run", "--bundle", image, "c"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("hello from a bare-metal inmate"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.err, "");
}

TEST_P(Inmate, TellsItsExitStatus) {
    INMATE_OR_SKIP(image, "exit.elf");
    EXPECT_EQ(node_.run({"run", "--bundle", image, "c"}).status, 7);
}

TEST_P(Inmate, RunsAsARawBinaryToo) {
    INMATE_OR_SKIP(image, "exit.bin");
    const Result ran = node_.run({"run", "--bundle", image, "c"});
    // What is raw tells no architecture: it is the host's.
    if (std::string(GetParam()) != "x86_64") GTEST_SKIP() << "not this machine's architecture";
    EXPECT_EQ(ran.status, 7) << ran.err << ran.out;
}

TEST_P(Inmate, ThatCrashesHasTheStatusOfACrash) {
    INMATE_OR_SKIP(image, "crash.elf");
    EXPECT_EQ(node_.run({"run", "--bundle", image, "c"}).status, 134);
}

TEST_P(Inmate, ReadsItsConsole) {
    INMATE_OR_SKIP(image, "echo.elf");
    const Result ran = node_.run({"run", "--bundle", image, "c"}, "abcq");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("abc"), std::string::npos) << ran.out;
}

TEST_P(Inmate, CanBePausedAndKilled) {
    INMATE_OR_SKIP(image, "spin.elf");
    const Spawned process = run_in_background(image);
    EXPECT_TRUE(Sandbox::eventually([this] { return has_status("running"); }));
    EXPECT_EQ(node_.run({"pause", "c"}).err, "");
    EXPECT_TRUE(has_status("paused"));
    EXPECT_EQ(node_.run({"resume", "c"}).err, "");
    EXPECT_EQ(node_.run({"kill", "c", "KILL"}).err, "");
    EXPECT_EQ(wait(process), 137);
}

INSTANTIATE_TEST_SUITE_P(All, Inmate, ::testing::Values("x86_64", "aarch64"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace phi::test
