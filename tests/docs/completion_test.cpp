// SPDX-License-Identifier: Apache-2.0
// packaging/completions/runphi in a bash without any library.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "docs/manual.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

class Completion : public ::testing::Test {
  protected:
    // What the Tab key would offer behind these words, the last of which is begun.
    Names offered(std::vector<std::string> words, const std::string& program = runphi_binary()) {
        words.insert(words.begin(), program);
        std::vector<std::string> argv{"/bin/bash",
                                      "--norc",
                                      "-c",
                                      "cd \"$1\" && . \"$2\" && shift 2\n"
                                      "COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n"
                                      "_runphi \"$1\"\n"
                                      "printf '%s\\n' \"${COMPREPLY[@]}\"",
                                      "bash",
                                      node_.dir(),
                                      SOURCE_DIR "/packaging/completions/runphi"};
        argv.insert(argv.end(), words.begin(), words.end());
        const auto told = run_program(argv, node_.environment());
        EXPECT_EQ(told.status, 0);
        EXPECT_EQ(told.err, "");
        Names names;
        for (const auto line : split(told.out, '\n'))
            if (!line.empty()) names.emplace(line);
        return names;
    }

    Sandbox node_{"fake"};
};

TEST_F(Completion, OfCommands) {
    EXPECT_EQ(offered({"sta"}), (Names{"start", "state"}));
    EXPECT_EQ(offered({"--debug", "--log", "/tmp/log", "rec"}), Names{"recover"});
    EXPECT_EQ(offered({"help", "do"}), Names{"doctor"});
    EXPECT_EQ(offered({"frob"}), Names{});
    const Names commands = offered({""});
    EXPECT_GE(commands.size(), 25U);
    EXPECT_EQ(commands.count("runphi"), 0U);
}

TEST_F(Completion, OfOptions) {
    EXPECT_EQ(offered({"create", "--pid"}), (Names{"--pid-file", "--pidfd-socket"}));
    EXPECT_EQ(offered({"list", "-q", "--form"}), Names{"--format"});
    EXPECT_EQ(offered({"--l"}), (Names{"--log", "--log-format"}));
    for (const char* command : {"create", "run", "exec", "update", "board", "doctor", "restore"})
        EXPECT_EQ(offered({command, "-"}), options_of_help(node_.run({command, "--help"}).out));
}

TEST_F(Completion, OfValues) {
    std::filesystem::create_directory(node_.dir() + "/bundle");
    write_text(node_.dir() + "/bundle.txt", "");
    EXPECT_EQ(offered({"list", "--format", "j"}), Names{"json"});
    EXPECT_EQ(offered({"--log-format", "="}), (Names{"json", "text"}));
    EXPECT_EQ(offered({"create", "--bundle", "bun"}), Names{"bundle"});
    EXPECT_EQ(offered({"create", "-b", "=", "bun"}), Names{"bundle"});
    EXPECT_EQ(offered({"plan", "bun"}), Names{"bundle"});
    EXPECT_EQ(offered({"create", "--pid-file", "bun"}), (Names{"bundle", "bundle.txt"}));
    EXPECT_EQ(offered({"mine", "show", "bun"}), (Names{"bundle", "bundle.txt"}));
    EXPECT_EQ(offered({"exec", "-u", ""}), Names{});
}

TEST_F(Completion, OfContainersByWhatCanBeDone) {
    const std::string bundle = node_.inmate_bundle("b", "spin\n");
    const std::string root = node_.dir() + "/root";
    for (const char* id : {"made", "begun"})
        ASSERT_EQ(node_.run({"--root", root, "create", "--bundle", bundle, id}).status, 0);
    ASSERT_EQ(node_.run({"--root", root, "start", "begun"}).status, 0);
    EXPECT_EQ(offered({"--root", root, "start", ""}), Names{"made"});
    EXPECT_EQ(offered({"--root", "=", root, "pause", ""}), Names{"begun"});
    EXPECT_EQ(offered({"-root", root, "exec", "-t", ""}), Names{"begun"});
    EXPECT_EQ(offered({"--root", root, "delete", "--force", ""}), (Names{"begun", "made"}));
    EXPECT_EQ(offered({"--root", root, "kill", "begun", "SIGUSR"}), (Names{"SIGUSR1", "SIGUSR2"}));
    EXPECT_EQ(offered({"--root", root, "cp", "be"}), Names{"begun:"});
    EXPECT_EQ(offered({"--root", root + "2", "state", ""}), Names{});
    EXPECT_EQ(offered({"--root", root, "start", "made", ""}), Names{});
    for (const char* id : {"made", "begun"})
        EXPECT_EQ(node_.run({"--root", root, "delete", "--force", id}).status, 0);
}

TEST_F(Completion, OfTheInstaller) {
    const std::string program = build_dir() + "/sbin/runphi-configure";
    EXPECT_EQ(offered({"-"}, program), options_of_help(run_program({program, "--help"}).out));
    EXPECT_EQ(offered({"--choose", "q"}, program), Names{"qemu"});
    EXPECT_EQ(offered({"-c", "qemu", "--ha"}, program), Names{"--handler"});
}

}  // namespace
}  // namespace phi::test
