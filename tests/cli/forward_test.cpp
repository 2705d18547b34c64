// SPDX-License-Identifier: Apache-2.0
// What is not ours goes to the vanilla runc as it came.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "core/base/text.hpp"
#include "echo_process.hpp"
#include "node.hpp"

namespace phi::test {
namespace {

std::vector<std::string> lines_of(const std::string& out, const std::string& kind) {
    std::vector<std::string> found;
    for (const auto line : split(out, '\n'))
        if (line.rfind(kind + " ", 0) == 0) found.emplace_back(line.substr(kind.size() + 1));
    return found;
}

bool forwarded(const Result& result) {
    return result.status == echo_status && !lines_of(result.out, "arg").empty();
}

// What the stand-in for runc was told is exactly this line.
void expect_forwarded(const Node& node, const std::vector<std::string>& words) {
    const Result result = node.run(words);
    ASSERT_TRUE(forwarded(result)) << result.status << result.out << result.err;
    std::vector<std::string> argv{runphi_binary()};
    argv.insert(argv.end(), words.begin(), words.end());
    EXPECT_EQ(lines_of(result.out, "arg"), argv);
    EXPECT_EQ(result.err, "");
}

TEST(Forward, AnOrdinaryBundleGoesToRunc) {
    const Node node(ECHO_PROCESS);
    const std::string bundle = node.bundle("b", ordinary_config());
    expect_forwarded(node, {"create", "--bundle", bundle, "x"});
    expect_forwarded(node, {"--root", "rel", "-debug", "run", "-b=" + bundle, "-d", "x"});
    EXPECT_FALSE(std::filesystem::exists(node.state_dir()));
}

TEST(Forward, AnUnknownIdGoesToRunc) {
    const Node node(ECHO_PROCESS);
    for (const char* name : {"state", "start", "kill", "delete", "pause", "resume", "ps", "exec",
                             "update", "events", "checkpoint", "restore"})
        expect_forwarded(node, {"--root", "/r", name, "x"});
    expect_forwarded(node, {"delete", "--force", "x"});
    expect_forwarded(node, {"state", "../x"});
}

TEST(Forward, ABundleWithoutAConfigGoesToRunc) {
    const Node node(ECHO_PROCESS);
    expect_forwarded(node, {"create", "-b", "/nonexistent/bundle", "x"});
}

TEST(Forward, WhatANewerRuncMayKnowGoesToRunc) {
    const Node node(ECHO_PROCESS);
    expect_forwarded(node, {"frobnicate", "x"});
    expect_forwarded(node, {"--new-global", "x", "state", "y"});
    expect_forwarded(node, {"delete", "--new-flag", "value", "x"});
    const std::string bundle = node.bundle("b", ordinary_config());
    expect_forwarded(node, {"create", "--new-flag", "value", "-b", bundle, "x"});
}

TEST(Forward, UnknownFlagsForWhatIsOursAreRefused) {
    const Node node(ECHO_PROCESS);
    std::filesystem::create_directories(node.state_dir() + "/x");
    const Result known = node.run({"delete", "--new-flag", "value", "x"});
    EXPECT_EQ(known.status, 1);
    EXPECT_EQ(message_of(known.err), "flag provided but not defined: -new-flag");
    const std::string bundle =
        node.bundle("b", ordinary_config(", \"annotations\": {\"org.runphi.guest\": \"linux\"}"));
    const Result marked = node.run({"create", "--new-flag", "value", "-b", bundle, "y"});
    EXPECT_EQ(marked.status, 1);
    EXPECT_EQ(message_of(marked.err), "flag provided but not defined: -new-flag");
}

TEST(Forward, OurOwnStay) {
    const Node node(ECHO_PROCESS);
    for (const char* members :
         {", \"annotations\": {\"org.runphi.guest\": \"linux\"}",
          ", \"vm\": {\"kernel\": {\"path\": \"/k\"}}", ", \"vm\": \"broken\""}) {
        const std::string bundle = node.bundle("b", ordinary_config(members));
        const Result result = node.run({"create", "-b", bundle, "x"});
        EXPECT_EQ(result.status, 1) << members;
        EXPECT_NE(result.err.find("runphi create failed: "), std::string::npos) << result.err;
    }
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"list"}, {"features"}, {"--version"}, {"detect"}, {}, {"state", "--help"}, {"state"}})
        EXPECT_FALSE(forwarded(node.run(words)));
    std::filesystem::create_directories(node.state_dir() + "/mine");
    EXPECT_FALSE(forwarded(node.run({"state", "mine"})));
    EXPECT_TRUE(forwarded(node.run({"--root", "/other", "state", "mine"})));
    EXPECT_FALSE(forwarded(node.run({"--root", "/run/runc", "state", "mine"})));
}

TEST(Forward, ASandboxGoesToRuncWhateverIsSelected) {
    const Node node(ECHO_PROCESS, "\"select\": \"all\"");
    const std::string plain = node.bundle("plain", ordinary_config());
    EXPECT_FALSE(forwarded(node.run({"create", "-b", plain, "x"})));
    for (const char* annotation :
         {"io.kubernetes.cri.container-type", "io.kubernetes.cri-o.ContainerType"}) {
        const std::string members = text(", \"annotations\": {\"", annotation, "\": \"sandbox\"}");
        expect_forwarded(node,
                         {"create", "-b", node.bundle("sandbox", ordinary_config(members)), "x"});
    }
    const std::string pause =
        node.bundle("pause", R"({"ociVersion": "1.0.2", "root": {"path": "rootfs"},
                     "process": {"cwd": "/", "args": ["/pause"]}})");
    expect_forwarded(node, {"create", "-b", pause, "x"});
}

TEST(Forward, AnIdThatAPartitionHasIsTaken) {
    const Node node(ECHO_PROCESS);
    std::filesystem::create_directories(node.state_dir() + "/x");
    const std::string bundle = node.bundle("b", ordinary_config());
    for (const char* name : {"create", "run"}) {
        const Result result = node.run({name, "-b", bundle, "x"});
        EXPECT_EQ(result.status, 1);
        EXPECT_EQ(message_of(result.err),
                  text("runphi ", name, " failed: container with given ID already exists"));
    }
    expect_forwarded(node, {"--root", "/other", "create", "-b", bundle, "x"});
}

TEST(Forward, TheEnvironmentIsTheCallers) {
    const Node node(ECHO_PROCESS);
    const Result result = node.run({"state", "x"}, {"XDG_RUNTIME_DIR=", "_OCI_SYNCPIPE=3"});
    EXPECT_EQ(lines_of(result.out, "env"),
              (std::vector<std::string>{"RUNPHI_CONFIG=" + node.config(),
                                        "XDG_RUNTIME_DIR=", "_OCI_SYNCPIPE=3"}));
}

TEST(Forward, TheDescriptorsAreTheCallers) {
    const Node node(ECHO_PROCESS);
    const std::string out = node.dir() + "/out";
    const std::string bundle = node.bundle("b", ordinary_config());
    const std::string config = "RUNPHI_CONFIG=" + node.config();
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), 1);
        ::dup2(1, 7);
        for (int fd = 3; fd < 256; ++fd)
            if (fd != 7) ::close(fd);
        char* const env[] = {const_cast<char*>(config.c_str()), nullptr};
        ::execle(runphi_binary().c_str(), "runc", "create", "--preserve-fds", "5", "-b",
                 bundle.c_str(), "x", nullptr, env);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const std::string told = read_text(out);
    EXPECT_EQ(lines_of(told, "fd"), (std::vector<std::string>{"0", "1", "2", "7"}));
    EXPECT_EQ(lines_of(told, "arg").at(0), "runc");
}

TEST(Forward, NeverToItself) {
    const Node probe;
    const std::string copy = probe.dir() + "/runc";
    std::filesystem::copy_file(runphi_binary(), copy);
    for (const std::string& runc : {runphi_binary(), copy}) {
        const Node node(runc);
        EXPECT_EQ(message_of(node.run({"state", "x"}).err), "container does not exist");
        const std::string bundle = node.bundle("b", ordinary_config());
        const Result result = node.run({"create", "-b", bundle, "x"});
        EXPECT_EQ(result.status, 1);
        EXPECT_NE(result.err.find(runc + " (this is runphi itself)"), std::string::npos)
            << result.err;
    }
}

TEST(Forward, WithoutARuncTheErrorSaysWhereItWasLookedFor) {
    const Node node;
    const std::string bundle = node.bundle("b", ordinary_config());
    const std::string log = node.dir() + "/log.json";
    const Result result =
        node.run({"--log", log, "--log-format", "json", "create", "-b", bundle, "x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("runphi create failed: "), std::string::npos) << result.err;
    EXPECT_NE(result.err.find(bundle), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("/nonexistent/runc"), std::string::npos) << result.err;
    // To an engine these words mean that the container's command is missing.
    EXPECT_EQ(result.err.find("no such file"), std::string::npos) << result.err;
    EXPECT_NE(read_text(log).find("/nonexistent/runc"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(node.state_dir()));
}

TEST(Forward, ARuncThatCannotBeStartedIsNamed) {
    const Node probe;
    const std::string broken = probe.dir() + "/broken";
    write_text(broken, "\177ELF, but not really", 0755);
    const Node node(broken);
    const Result result = node.run({"state", "x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("exec " + broken + ": exec format error"), std::string::npos)
        << result.err;
}

}  // namespace
}  // namespace phi::test
