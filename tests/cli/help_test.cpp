// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>

#include "core/base/text.hpp"
#include "node.hpp"

namespace phi::test {
namespace {

const std::vector<std::string> of_runc = {
    "create", "run",    "start",  "state",  "kill",     "delete", "list",       "ps",     "exec",
    "pause",  "resume", "update", "events", "features", "spec",   "checkpoint", "restore"};
const std::vector<std::string> ours = {"cp", "detect", "doctor", "board", "map", "plan", "recover"};

// The flags that a help page lists: "--bundle", "-b".
std::set<std::string> flags_of(const std::string& page) {
    std::set<std::string> flags;
    for (const auto line : split(page, '\n')) {
        if (line.rfind("   -", 0) != 0) continue;
        const std::size_t end = std::min(line.find("  ", 3), line.size());
        for (auto word : split(line.substr(3, end - 3), ' ')) {
            if (word.ends_with(',')) word.remove_suffix(1);
            if (word.starts_with('-')) flags.emplace(word);
        }
    }
    return flags;
}

TEST(Help, EveryCommandHasAPage) {
    const Node node;
    const std::string program = node.run({"--help"}).out;
    for (const auto* names : {&of_runc, &ours}) {
        for (const auto& name : *names) {
            EXPECT_NE(program.find("\n   " + name + " "), std::string::npos) << name;
            const Result page = node.run({name, "--help"});
            EXPECT_EQ(page.status, 0) << name;
            EXPECT_EQ(page.err, "") << name;
            EXPECT_EQ(page.out.rfind("NAME:\n   runphi " + name + " - ", 0), 0U) << page.out;
            EXPECT_NE(page.out.find("USAGE:\n   runphi " + name), std::string::npos) << page.out;
            EXPECT_EQ(node.run({"help", name}).out, page.out) << name;
            EXPECT_EQ(node.run({name, "-h", "x", "y"}).out, page.out) << name;
        }
    }
}

TEST(Help, ComesBeforeEverythingElse) {
    const Node node;
    EXPECT_EQ(node.run({}).out, node.run({"--help"}).out);
    EXPECT_EQ(node.run({"--help", "frobnicate"}).status, 0);
}

// Each flag of the installed runc is one of ours.
TEST(Help, HasAllFlagsOfTheInstalledRunc) {
    std::string runc;
    for (const char* place : {"/usr/bin/runc", "/usr/sbin/runc"})
        if (::access(place, X_OK) == 0) runc = place;
    if (runc.empty()) GTEST_SKIP() << "no runc is installed";
    const Node node;
    const auto compare = [&](const std::vector<std::string>& words) {
        std::vector<std::string> argv{runc};
        argv.insert(argv.end(), words.begin(), words.end());
        const auto theirs = flags_of(run_program(argv).out);
        const auto own = flags_of(node.run(words).out);
        for (const auto& flag : theirs) EXPECT_EQ(own.count(flag), 1U) << words[0] << ' ' << flag;
        return theirs.size();
    };
    EXPECT_GE(compare({"--help"}), 9U);
    std::size_t seen = 0;
    for (const auto& name : of_runc) seen += compare({name, "--help"});
    EXPECT_GE(seen, 80U);
}

TEST(Version, HasOneLineWithTheWordVersion) {
    const Node node;
    const Result result = node.run({"--version"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out.rfind("runphi version ", 0), 0U) << result.out;
    EXPECT_EQ(result.out.find("version"), result.out.rfind("version")) << result.out;
    EXPECT_NE(result.out.find("\nspec: 1."), std::string::npos) << result.out;
    EXPECT_EQ(node.run({"-v"}).out, result.out);
}

}  // namespace
}  // namespace phi::test
