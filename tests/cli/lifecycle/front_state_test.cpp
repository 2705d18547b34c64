// SPDX-License-Identifier: Apache-2.0
// `state` of a partition is answered by the front program itself where its record tells all, and by
// runphi-core where somebody else has to be asked.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/sandbox.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

class FrontState : public ::testing::Test {
  protected:
    FrontState() : node_("fake"), lonely_(node_.dir() + "/lonely/bin/runphi") {
        fs::create_directories(node_.dir() + "/lonely/bin");
        fs::copy_file(runphi_binary(), lonely_);
        const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
        EXPECT_EQ(node_.run({"create", "--bundle", bundle, "c"}).status, 0);
    }
    ~FrontState() override {
        node_.run({"delete", "--force", "c"});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    Result ask(const std::string& program, std::vector<std::string> options = {}) const {
        options.insert(options.begin(), program);
        options.insert(options.end(), {"state", "c"});
        return run_program(options, node_.environment());
    }
    // A copy of the front with no runphi-core beside it says just what runphi-core does.
    void expect_own_answer(const std::string& status) const {
        const Result front = ask(lonely_);
        EXPECT_EQ(front.status, 0) << front.err;
        EXPECT_NE(front.out.find("\"status\": \"" + status + "\""), std::string::npos) << front.out;
        EXPECT_EQ(front.out, ask(core_binary()).out);
    }
    // The copy cannot, and the installed pair can.
    void expect_answer_of_core(const std::vector<std::string>& options = {}) const {
        const Result lonely = ask(lonely_, options);
        EXPECT_EQ(lonely.status, 1);
        EXPECT_EQ(lonely.out, "");
        EXPECT_NE(lonely.err.find("/libexec/runphi/runphi-core: no such file"), std::string::npos)
            << lonely.err;
        const Result pair = ask(runphi_binary(), options);
        EXPECT_EQ(pair.status, 0) << pair.err;
        EXPECT_EQ(pair.out, ask(core_binary(), options).out);
    }

    Sandbox node_;
    std::string lonely_;
};

TEST_F(FrontState, TellsWhatTheRecordTells) {
    expect_own_answer("created");
    node_.run({"start", "c"});
    expect_own_answer("running");
    node_.run({"pause", "c"});
    expect_own_answer("paused");
    node_.run({"resume", "c"});
    node_.run({"kill", "c", "KILL"});
    ASSERT_TRUE(Sandbox::eventually([this] {
        return node_.run({"state", "c"}).out.find("\"stopped\"") != std::string::npos;
    }));
    expect_own_answer("stopped");
}

TEST_F(FrontState, MakesTheLogsFile) {
    const std::string log = node_.dir() + "/log";
    const Result told = ask(lonely_, {"--log", log, "--log-format", "json"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_TRUE(fs::exists(log));
    EXPECT_EQ(read_text(log), "");
}

TEST_F(FrontState, LeavesToCoreWhatIsInDoubt) {
    const std::string file = node_.state_dir() + "/c/state.json";
    std::string record = read_text(file);
    const std::string settled = "\"inDoubt\":false";
    ASSERT_NE(record.find(settled), std::string::npos) << record;
    write_text(file, record.replace(record.find(settled), settled.size(), "\"inDoubt\":true"));
    expect_answer_of_core();
}

TEST_F(FrontState, LeavesToCoreTheNameOfAnotherOwner) {
    const std::string directory = node_.state_dir() + "/c";
    ASSERT_EQ(::chown(directory.c_str(), 1, 1), 0);
    expect_answer_of_core();
    ASSERT_EQ(::chown(directory.c_str(), 0, 0), 0);
}

TEST_F(FrontState, LeavesToCoreWhatIsToBeLogged) {
    expect_answer_of_core({"--debug"});
}

}  // namespace
}  // namespace phi::test
