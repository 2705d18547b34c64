// SPDX-License-Identifier: Apache-2.0
// runphi is two programs that must not be told apart: the front, which engines call, and
// runphi-core, which does what the front leaves to it and could do all.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/text.hpp"
#include "node.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// The same, but for the time in the lines of the log.
std::string without_times(std::string lines) {
    for (const std::string mark : {"time=\"", "\"time\":\""}) {
        for (std::size_t at = lines.find(mark); at != std::string::npos;
             at = lines.find(mark, at + mark.size()))
            lines.erase(at + mark.size(), lines.find('"', at + mark.size()) - at - mark.size());
    }
    return lines;
}

struct Told {
    Result result;
    std::string log;
};

Told ask(const Node& node, const std::string& program, const Words& words) {
    const std::string log = node.dir() + "/log";
    Words argv{program, "--log", log};
    argv.insert(argv.end(), words.begin(), words.end());
    Told told{run_program(argv, node.environment()), read_text(log)};
    fs::remove(log);
    return told;
}

// A copy of the front without anything beside it.
std::string lonely_front(const Node& node) {
    fs::create_directories(node.dir() + "/lonely/bin");
    const std::string front = node.dir() + "/lonely/bin/runphi";
    fs::copy_file(runphi_binary(), front);
    return front;
}

TEST(Front, AnswersAsTheWholeProgramDoes) {
    const Node node;
    fs::create_directories(node.state_dir() + "/half-made");
    const std::string plain = node.bundle("plain", ordinary_config());
    const std::string broken = node.bundle("broken", "{\"vm\": ");
    const std::string ours =
        node.bundle("ours", ordinary_config(", \"annotations\": {\"org.runphi.guest\": \"no\"}"));
    const std::vector<Words> lines = {
        {},
        {"--version"},
        {"--help"},
        {"help", "state"},
        {"help", "nothing"},
        {"state"},
        {"state", "--help"},
        {"state", "unknown"},
        {"state", "half-made"},
        {"state", "half-made", "more"},
        {"state", "--flag", "half-made"},
        {"--flag", "state", "half-made"},
        {"--log-format", "xml", "state", "half-made"},
        {"--log-format", "json", "state", "half-made"},
        {"--debug", "state", "half-made"},
        {"--log", "/nonexistent/log", "state", "half-made"},
        {"frobnicate"},
        {"list"},
        {"list", "--format", "xml"},
        {"kill", "half-made", "NOSIGNAL"},
        {"delete", "unknown"},
        {"delete", "--force", "unknown"},
        {"create", "--bundle", plain, "x"},
        {"create", "--bundle", broken, "x"},
        {"create", "--bundle", ours, "x"},
        {"create", "--bundle", plain, "half-made"},
        {"create", "--bundle", "/nonexistent", "x"},
        {"create", "--preserve-fds", "x", "x"},
        {"create", "--preserve-fds", "-1", "--bundle", ours, "x"},
        {"exec", "half-made", "sh"},
        {"checkpoint", "half-made"},
    };
    for (const auto& words : lines) {
        const Told front = ask(node, runphi_binary(), words);
        const Told core = ask(node, core_binary(), words);
        const std::string line = join(words, " ");
        EXPECT_EQ(front.result.status, core.result.status) << line;
        EXPECT_EQ(front.result.out, core.result.out) << line;
        EXPECT_EQ(without_times(front.result.err), without_times(core.result.err)) << line;
        EXPECT_EQ(without_times(front.log), without_times(core.log)) << line;
    }
}

TEST(Front, FailsAsTheWholeProgramWhereNothingCanBeWritten) {
    const Node node;
    const auto into_full = [&](const std::string& program) {
        return run_program({"/bin/sh", "-c", "exec \"$0\" --version >/dev/full", program},
                           node.environment());
    };
    const Result front = into_full(runphi_binary());
    EXPECT_EQ(front.status, 1);
    EXPECT_EQ(message_of(front.err), "write /dev/stdout: no space left on device");
    EXPECT_EQ(message_of(into_full(core_binary()).err), message_of(front.err));
}

TEST(Front, SaysWhatIsMissingWithoutItsOtherHalf) {
    const Node node;
    const std::string front = lonely_front(node);
    for (const Words& words : {Words{"list"}, Words{"--help"}, Words{"state", "unknown"}}) {
        const Told told = ask(node, front, words);
        EXPECT_EQ(told.result.status, 1);
        EXPECT_EQ(told.result.out, "");
        EXPECT_EQ(told.result.err.rfind("runphi: exec " + node.dir() +
                                            "/lonely/libexec/runphi/runphi-core: no such file or "
                                            "directory; ",
                                        0),
                  0U)
            << told.result.err;
    }
}

TEST(Front, HandsOverByItself) {
    const Node node(ECHO_PROCESS);
    const std::string front = lonely_front(node);
    const std::string plain = node.bundle("plain", ordinary_config());
    for (const Words& words :
         {Words{"state", "x"}, Words{"create", "-b", plain, "x"}, Words{"frobnicate"},
          Words{"delete", "--new-flag", "x"}, Words{"--new-flag", "x"}}) {
        const Told told = ask(node, front, words);
        EXPECT_EQ(told.result.status, 42) << words.front() << told.result.err;
        EXPECT_EQ(told.log, "");
    }
}

TEST(Front, IsFoundByALink) {
    const Node node;
    const std::string link = node.dir() + "/runc";
    fs::create_symlink(runphi_binary(), link);
    const Told told = ask(node, link, {"list", "--quiet"});
    EXPECT_EQ(told.result.status, 0) << told.result.err;
    EXPECT_EQ(told.result.err, "");
}

}  // namespace
}  // namespace phi::test
