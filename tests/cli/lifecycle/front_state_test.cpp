// SPDX-License-Identifier: Apache-2.0
// `state` of a partition is answered by the front program itself where its record tells all, and by
// runphi-core where somebody else has to be asked. `start`, `pause` and `resume` it has the
// container's monitor do.
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
    // The record does not tell the status any more; only the backend does.
    void in_doubt() const {
        const std::string file = node_.state_dir() + "/c/state.json";
        std::string record = read_text(file);
        const std::string settled = "\"inDoubt\":false";
        ASSERT_NE(record.find(settled), std::string::npos) << record;
        write_text(file, record.replace(record.find(settled), settled.size(), "\"inDoubt\":true"));
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
    in_doubt();
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

class FrontActs : public FrontState {
  protected:
    Result alone(const std::string& command) const {
        return run_program({lonely_, command, "c"}, node_.environment());
    }
    void expect_done(const std::string& command, const std::string& status) const {
        const Result told = alone(command);
        EXPECT_EQ(told.status, 0) << told.err;
        EXPECT_EQ(told.out + told.err, "");
        expect_own_answer(status);
    }
    void expect_left_to_core(const std::string& command) const {
        EXPECT_NE(alone(command).err.find("/libexec/runphi/runphi-core: no such file"),
                  std::string::npos);
    }
};

TEST_F(FrontActs, StartsPausesAndResumes) {
    expect_done("start", "running");
    expect_done("pause", "paused");
    expect_done("resume", "running");
    // What the monitor says that it has done, the backend has.
    alone("pause");
    in_doubt();
    const Result told = ask(core_binary());
    EXPECT_NE(told.out.find("\"status\": \"paused\""), std::string::npos) << told.out;
}

TEST_F(FrontActs, WhatDoesNotFitTheStatusIsForCoreToTell) {
    expect_left_to_core("pause");
    expect_left_to_core("resume");
    expect_own_answer("created");
    EXPECT_NE(node_.run({"pause", "c"}).err.find("container not running"), std::string::npos);
}

TEST_F(FrontActs, HooksOfAStartAreCores) {
    const std::string config = node_.dir() + "/bundle/config.json";
    std::string text = read_text(config);
    ASSERT_EQ(text.front(), '{');
    write_text(config, text.insert(1, "\"hooks\": {\"poststart\": []}, "));
    expect_left_to_core("start");
    const Result pair = node_.run({"start", "c"});
    EXPECT_EQ(pair.status, 0) << pair.err;
    expect_own_answer("running");
}

// Without its socket the monitor cannot be asked: what is in doubt then core settles.
TEST_F(FrontActs, WithoutTheMonitorCoreDoesIt) {
    fs::remove(node_.state_dir() + "/c/act");
    expect_left_to_core("start");
    const Result pair = node_.run({"start", "c"});
    EXPECT_EQ(pair.status, 0) << pair.err;
    expect_own_answer("running");
}

}  // namespace
}  // namespace phi::test
