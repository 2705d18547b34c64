// SPDX-License-Identifier: Apache-2.0
// What engines read of a failure.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "node.hpp"

namespace phi::test {
namespace {

TEST(Log, JsonIsOneErrorLineAndStandardErrorHasTheText) {
    const Node node;
    const std::string log = node.dir() + "/log.json";
    const Result result = node.run({"--log", log, "--log-format", "json", "state", "x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err, "container does not exist\n");
    const std::string written = read_text(log);
    ASSERT_EQ(written.find('\n'), written.size() - 1) << written;
    const auto document = json::parse(written, "log");
    const json::Node line(document, "log");
    EXPECT_EQ(line.at("level").as_string(), "error");
    EXPECT_EQ(line.at("msg").as_string(), "container does not exist");
    EXPECT_EQ(line.at("time").as_string().size(), std::string("2026-01-31T12:00:00Z").size());
}

TEST(Log, TextIsRuncsLine) {
    const Node node;
    const std::string log = node.dir() + "/log.txt";
    EXPECT_EQ(node.run({"--log", log, "state", "x"}).err, "container does not exist\n");
    const std::string written = read_text(log);
    EXPECT_EQ(written.rfind("time=\"", 0), 0U) << written;
    EXPECT_TRUE(written.ends_with("\" level=error msg=\"container does not exist\"\n")) << written;
}

TEST(Log, LinesAreAppended) {
    const Node node;
    const std::string log = node.dir() + "/log.txt";
    write_text(log, "before\n");
    node.run({"--log", log, "state", "x"});
    node.run({"--log", log, "state", "y"});
    EXPECT_EQ(split(read_text(log), '\n').size(), 4U) << read_text(log);
    EXPECT_EQ(read_text(log).rfind("before\n", 0), 0U);
}

TEST(Log, WithoutAFileStandardErrorHasTheFormat) {
    const Node node;
    const std::string err = node.run({"--log-format", "json", "state", "x"}).err;
    EXPECT_EQ(err.rfind("{\"level\":\"error\",\"msg\":\"container does not exist\",", 0), 0U)
        << err;
}

TEST(Log, ASuccessWritesNothing) {
    const Node node;
    const std::string log = node.dir() + "/log.json";
    const Result result =
        node.run({"--log", log, "--log-format", "json", "delete", "--force", "x"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out + result.err, "");
    EXPECT_EQ(read_text(log), "");
}

TEST(Log, UsageErrorsOfACommandGoThereToo) {
    const Node node;
    const std::string log = node.dir() + "/log.json";
    node.run({"--log", log, "--log-format", "json", "state", "--frob"});
    EXPECT_NE(read_text(log).find("\"msg\":\"flag provided but not defined: -frob\""),
              std::string::npos)
        << read_text(log);
}

TEST(Log, BrokenSettingsAreToldThereToo) {
    const Node node;
    write_text(node.config(), "{\"no_such_key\": 1}", 0600);
    const std::string log = node.dir() + "/log.json";
    const Result result = node.run({"--log", log, "--log-format", "json", "state", "x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(read_text(log).find("no_such_key"), std::string::npos) << read_text(log);
}

TEST(Log, ARelativeFileIsBelowTheCurrentDirectory) {
    const Node node;
    const std::string relative = std::filesystem::relative(node.dir() + "/log.txt", "/");
    node.run({"--log", relative, "state", "x"});  // children of this test start in "/"
    EXPECT_NE(read_text(node.dir() + "/log.txt").find("does not exist"), std::string::npos);
}

TEST(Log, AnUnknownDebugLevelIsNamed) {
    const Node node;
    const Result result = node.run({"list"}, {"RUNPHI_DEBUG_LEVEL=loud"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("RUNPHI_DEBUG_LEVEL"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("loud"), std::string::npos) << result.err;
    EXPECT_EQ(node.run({"list"}, {"RUNPHI_DEBUG_LEVEL="}).status, 0);
    EXPECT_EQ(node.run({"list"}, {"RUNPHI_DEBUG_LEVEL=trace"}).status, 0);
}

// Runs `runphi --version` with these descriptors closed or replaced.
int version_with(void (*prepare)()) {
    const pid_t child = ::fork();
    if (child == 0) {
        prepare();
        ::execl(runphi_binary().c_str(), "runphi", "--version", nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Stdio, OutputThatCannotBeWrittenIsAFailure) {
    EXPECT_EQ(version_with([] {
                  ::dup2(::open("/dev/full", O_WRONLY), 1);
                  ::dup2(::open("/dev/null", O_WRONLY), 2);
              }),
              1);
}

TEST(Stdio, ClosedDescriptorsDoNoHarm) {
    EXPECT_EQ(version_with([] {
                  ::close(0);
                  ::close(1);
                  ::close(2);
              }),
              0);
}

}  // namespace
}  // namespace phi::test
