// SPDX-License-Identifier: Apache-2.0
#include "core/line/commands.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <set>
#include <string>

#include "core/line/global.hpp"

namespace phi::line {
namespace {

TEST(Commands, HaveAllOfRuncAndOurs) {
    for (const char* name :
         {"create",  "run",    "start",  "state",  "kill",   "delete",   "list",    "ps",
          "exec",    "pause",  "resume", "update", "events", "features", "spec",    "checkpoint",
          "restore", "detect", "doctor", "board",  "map",    "plan",     "recover", "cp"})
        EXPECT_NE(find_command(name), nullptr) << name;
    for (const char* name : {"", "init", "version", "Create", "creat", "createx"})
        EXPECT_EQ(find_command(name), nullptr) << name;
}

TEST(Commands, AreNamedOnceAndCanBeSetUp) {
    std::set<std::string> names;
    for (const auto& command : all_commands()) {
        EXPECT_TRUE(names.insert(command.name).second) << command.name;
        Flags flags;
        const Bound bound = command.bind(flags);
        EXPECT_TRUE(bound.request) << command.name;
        EXPECT_EQ(command.route == Route::bundle, static_cast<bool>(bound.bundle)) << command.name;
        EXPECT_LE(command.least, command.most) << command.name;
        EXPECT_EQ(command.route == Route::own, !command.of_runc || command.least == 0)
            << command.name;
    }
}

TEST(Commands, FindTheBundle) {
    const Command* create = find_command("create");
    Flags flags;
    const Bound bound = create->bind(flags);
    EXPECT_EQ(flags.parse({"-b", "/x", "id"}, create->order), std::vector<std::string>{"id"});
    EXPECT_EQ(bound.bundle(), "/x");
}

TEST(Absolute, CleansByTheSpelling) {
    EXPECT_EQ(absolute("/"), "/");
    EXPECT_EQ(absolute("/a//b/./c/../d/"), "/a/b/d");
    EXPECT_EQ(absolute("/../.."), "/");
    char cwd[PATH_MAX];
    ASSERT_NE(::getcwd(cwd, sizeof cwd), nullptr);
    EXPECT_EQ(absolute(""), cwd);
    EXPECT_EQ(absolute("x"), std::string(cwd) + "/x");
    EXPECT_EQ(absolute("../x/.."), absolute(".."));
}

TEST(GlobalLine, MakesTheRootAbsolute) {
    GlobalLine line;
    line.parse({"--root", "some/root/", "state", "--root", "id"});
    EXPECT_EQ(line.global().root, absolute("some/root"));
    EXPECT_EQ(line.rest(), (std::vector<std::string>{"state", "--root", "id"}));
    EXPECT_FALSE(line.global().systemd_cgroup);
}

TEST(GlobalLine, AnEmptyRuntimeDirIsNone) {
    ::setenv("XDG_RUNTIME_DIR", "", 1);
    GlobalLine line;
    line.parse({"--systemd-cgroup", "list"});
    EXPECT_EQ(line.global().root, "");
    EXPECT_TRUE(line.global().systemd_cgroup);
    ::unsetenv("XDG_RUNTIME_DIR");
}

}  // namespace
}  // namespace phi::line
