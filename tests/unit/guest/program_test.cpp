// SPDX-License-Identifier: Apache-2.0
#include "guest/phi-init/program.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

class GuestProgram : public testing::Test {
  protected:
    GuestProgram() {
        std::string name = "/tmp/guest-program.XXXXXX";
        dir_ = ::mkdtemp(name.data());
        add("a", 0755);
        add("plain", 0644);
        std::filesystem::create_directory(dir_ + "/folder");
        std::filesystem::create_directory(dir_ + "/second");
        add("second/b", 0700);
    }
    ~GuestProgram() override { std::filesystem::remove_all(dir_); }

    void add(const std::string& name, unsigned mode) {
        std::ofstream(dir_ + '/' + name) << "x";
        ::chmod((dir_ + '/' + name).c_str(), mode);
    }

    // The path found, or "STATUS TEXT".
    std::string find(const std::string& name, std::string path = {}) {
        if (path.empty()) path = "PATH=" + dir_ + ":" + dir_ + "/second";
        std::array<char*, 2> env{path.data(), nullptr};
        std::array<char, PATH_MAX> out{};
        phi_failure failure{};
        if (phi_program_find(name.c_str(), env.data(), out.data(), out.size(), &failure))
            return out.data();
        return std::to_string(failure.status) + ' ' + failure.text;
    }

    std::string dir_;
};

TEST_F(GuestProgram, IsSearchedInPath) {
    EXPECT_EQ(find("a"), dir_ + "/a");
    EXPECT_EQ(find("b"), dir_ + "/second/b");
    EXPECT_EQ(find("nope"), "127 exec: \"nope\": executable file not found in $PATH");
    EXPECT_EQ(find("plain"), "127 exec: \"plain\": executable file not found in $PATH");
    EXPECT_EQ(find("folder"), "127 exec: \"folder\": executable file not found in $PATH");
}

TEST_F(GuestProgram, IsNotSearchedInTheCurrentDirectory) {
    EXPECT_EQ(find("a", "PATH=:.:" + dir_ + "/second").substr(0, 4), "127 ");
    EXPECT_EQ(find("a", "NOPATH=" + dir_).substr(0, 4), "127 ");
}

TEST_F(GuestProgram, WithASlashIsTakenAsItIs) {
    EXPECT_EQ(find(dir_ + "/a"), dir_ + "/a");
    const auto none = dir_ + "/none";
    EXPECT_EQ(find(none),
              "127 exec: \"" + none + "\": stat " + none + ": no such file or directory");
    const auto plain = dir_ + "/plain";
    EXPECT_EQ(find(plain), "126 exec: \"" + plain + "\": permission denied");
    EXPECT_EQ(find(dir_ + "/folder"), "126 exec: \"" + dir_ + "/folder\": is a directory");
    const auto below = dir_ + "/a/b";
    EXPECT_EQ(find(below), "127 exec: \"" + below + "\": stat " + below + ": not a directory");
}

TEST(GuestEnvironment, FindsWholeNames) {
    std::string ab = "AB=1";
    std::string a = "A=2=3";
    const std::array<char*, 3> env{ab.data(), a.data(), nullptr};
    EXPECT_STREQ(phi_env_get(env.data(), "A"), "2=3");
    EXPECT_STREQ(phi_env_get(env.data(), "AB"), "1");
    EXPECT_EQ(phi_env_get(env.data(), "B"), nullptr);
    EXPECT_EQ(phi_env_get(nullptr, "B"), nullptr);
}

TEST(GuestHome, ComesFromThePasswdFile) {
    const char* passwd =
        "root:x:0:0:root:/root:/bin/sh\nbroken\n:::::\nu:x:1000:1000::/home/"
        "u:\nn:x:7:7::\nlast:x:8:8::/l:x";
    std::array<char, 16> home{};
    EXPECT_STREQ(phi_home_of(passwd, 0, home.data(), home.size()), "/root");
    EXPECT_STREQ(phi_home_of(passwd, 1000, home.data(), home.size()), "/home/u");
    EXPECT_STREQ(phi_home_of(passwd, 8, home.data(), home.size()), "/l");
    EXPECT_STREQ(phi_home_of(passwd, 7, home.data(), home.size()), "/");
    EXPECT_STREQ(phi_home_of(passwd, 100, home.data(), home.size()), "/");
    EXPECT_STREQ(phi_home_of(nullptr, 0, home.data(), home.size()), "/");
    EXPECT_STREQ(phi_home_of("x:x:0:0::/a/very/long/home/directory:", 0, home.data(), home.size()),
                 "/");
}

}  // namespace
