// SPDX-License-Identifier: Apache-2.0
#include "core/boot/program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;

class Program : public ::testing::Test {
  protected:
    Program() {
        machine_.dir.file("rootfs/bin/tool", "x", 0755);
        machine_.dir.file("rootfs/bin/plain", "x", 0644);
        machine_.dir.file("rootfs/opt/own/only-root", "x", 0700);
        machine_.dir.file("rootfs/closed/tool", "x", 0755);
        machine_.dir.directory("rootfs/closed", 0700);
        machine_.dir.file("rootfs/work/here", "x", 0755);
        process().env = {"PATH=/nowhere:/bin"};
    }

    oci::Process& process() { return *machine_.spec.process; }
    void become(std::uint32_t uid, std::uint32_t gid = 1000) {
        process().user.uid = uid;
        process().user.gid = gid;
    }
    // What create says of this program; "" when it is content.
    std::string verdict(const std::string& program) {
        process().args = {program};
        try {
            machine_.pack();
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    }
    static std::string failed(const std::string& why) {
        return "unable to start container process: exec: " + why;
    }

    Machine machine_;
};

TEST_F(Program, IsFoundByPathAndInPATH) {
    for (const char* there : {"/bin/tool", "tool", "/bin/../bin/./tool", "bin/tool", "./bin/tool"})
        EXPECT_EQ(verdict(there), "") << there;
    process().cwd = "/work";
    for (const char* there : {"./here", "../bin/tool"}) EXPECT_EQ(verdict(there), "") << there;
    process().cwd = "/made/by/the/guest";
    EXPECT_EQ(verdict("/bin/tool"), "");
}

// These words are runc's: engines look for them.
TEST_F(Program, IsMissedInRuncsWords) {
    EXPECT_EQ(verdict("/no/such"),
              failed("\"/no/such\": stat /no/such: no such file or directory"));
    EXPECT_EQ(verdict("./here"), failed("\"./here\": stat ./here: no such file or directory"));
    EXPECT_EQ(verdict("none"), failed("\"none\": executable file not found in $PATH"));
    EXPECT_EQ(verdict(""), failed("\"\": executable file not found in $PATH"));
    EXPECT_EQ(verdict("/bin/tool/x"), failed("\"/bin/tool/x\": stat /bin/tool/x: not a directory"));
    EXPECT_EQ(verdict("/bin/plain"), failed("\"/bin/plain\": permission denied"));
    EXPECT_EQ(verdict("plain"), failed("\"plain\": executable file not found in $PATH"));
    EXPECT_EQ(verdict("/bin"), failed("\"/bin\": is a directory"));
    machine_.dir.symlink("rootfs/loop", "loop");
    EXPECT_EQ(verdict("/loop"), failed("\"/loop\": stat /loop: too many levels of symbolic links"));
}

TEST_F(Program, APathOfNothingFindsNothing) {
    process().env = {"PATH=/nowhere", "PATH=/bin", "PATHS=/"};
    EXPECT_EQ(verdict("tool"), "") << "the last one counts";
    for (const auto& env : std::vector<std::vector<std::string>>{{}, {"PATH="}, {"PATH"}}) {
        process().env = env;
        process().cwd = "/bin";
        EXPECT_EQ(verdict("tool"), failed("\"tool\": executable file not found in $PATH"));
    }
    for (const char* relative : {"PATH=:/none", "PATH=/none:.", "PATH=../bin:/bin"}) {
        process().env = {relative};
        EXPECT_EQ(verdict("tool"),
                  failed("\"tool\": cannot run executable found relative to current directory"));
    }
}

TEST_F(Program, LinksStayInTheRoot) {
    machine_.dir.file("outside", "x", 0755);
    machine_.dir.symlink("rootfs/bin/absolute", "/bin/tool");
    machine_.dir.symlink("rootfs/bin/relative", "../bin/tool");
    machine_.dir.symlink("rootfs/bin/far", "../../../../../../bin/tool");
    machine_.dir.symlink("rootfs/sbin", "bin");
    machine_.dir.symlink("rootfs/bin/outside", machine_.dir / "outside");
    for (const char* there : {"absolute", "relative", "far", "/sbin/tool"})
        EXPECT_EQ(verdict(there), "") << there;
    EXPECT_EQ(verdict("/bin/outside"),
              failed("\"/bin/outside\": stat /bin/outside: no such file or directory"));
}

TEST_F(Program, IsLookedUpWithTheRightsOfItsUser) {
    ASSERT_EQ(verdict("/closed/tool"), "");
    ASSERT_EQ(verdict("/opt/own/only-root"), "");
    become(1000);
    EXPECT_EQ(verdict("/bin/tool"), "");
    EXPECT_EQ(verdict("/closed/tool"),
              failed("\"/closed/tool\": stat /closed/tool: permission denied"));
    EXPECT_EQ(verdict("/opt/own/only-root"), failed("\"/opt/own/only-root\": permission denied"));
    process().env = {"PATH=/closed:/opt/own"};
    EXPECT_EQ(verdict("tool"), failed("\"tool\": executable file not found in $PATH"));
    // Capabilities make an ordinary user of root, and of an ordinary user one who may.
    become(0);
    process().capabilities.emplace();
    ASSERT_EQ(::chown((machine_.rootfs_path + "/closed").c_str(), 5, 5), 0);
    EXPECT_EQ(verdict("/closed/tool"),
              failed("\"/closed/tool\": stat /closed/tool: permission denied"));
    process().capabilities->effective = {"CAP_DAC_READ_SEARCH"};
    EXPECT_EQ(verdict("/closed/tool"), "");
    become(1000);
    EXPECT_EQ(verdict("/opt/own/only-root"), failed("\"/opt/own/only-root\": permission denied"));
    process().capabilities->effective = {"CAP_DAC_OVERRIDE"};
    EXPECT_EQ(verdict("/opt/own/only-root"), "");
    EXPECT_EQ(verdict("/bin/plain"), failed("\"/bin/plain\": permission denied"));
}

TEST_F(Program, GroupsCount) {
    const std::string tool = machine_.rootfs_path + "/bin/tool";
    ASSERT_EQ(::chown(tool.c_str(), 5, 7), 0);
    ASSERT_EQ(::chmod(tool.c_str(), 0710), 0);
    become(1000, 7);
    EXPECT_EQ(verdict("/bin/tool"), "");
    become(1000, 8);
    EXPECT_EQ(verdict("/bin/tool"), failed("\"/bin/tool\": permission denied"));
    process().user.additional_gids = {3, 7};
    EXPECT_EQ(verdict("/bin/tool"), "");
    // Who is the owner has the owner's rights only.
    ASSERT_EQ(::chmod(tool.c_str(), 0670), 0);
    become(5, 7);
    EXPECT_EQ(verdict("/bin/tool"), failed("\"/bin/tool\": permission denied"));
}

class ProgramOnMounts : public Program {
  protected:
    ProgramOnMounts() {
        machine_.dir.file("volume/bin/run", "x", 0755);
        machine_.dir.file("volume/bin/plain", "x", 0644);
        machine_.dir.symlink("volume/bin/home", "/bin/tool");
        machine_.dir.file("rootfs/data/hidden", "x", 0755);
    }
    void mount(const std::string& destination, const std::string& source, const char* mode) {
        machine_.spec.mounts.push_back({destination, "bind", source, {"rbind", mode}});
    }
    std::string verdict_of_sharing(const std::string& program) {
        process().args = {program};
        InitramfsOptions options = machine_.options();
        options.can_share = true;
        try {
            pack_initramfs(Rootfs::open(machine_.rootfs_path), machine_.spec, options);
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    }
};

TEST_F(ProgramOnMounts, MayBeInAVolume) {
    mount("/data", machine_.dir / "volume", "ro");
    mount("/init", machine_.dir / "volume/bin/run", "ro");
    for (const auto& judge :
         {std::function([&](const char* p) { return verdict(p); }),
          std::function([&](const char* p) { return verdict_of_sharing(p); })}) {
        for (const char* there : {"/data/bin/run", "/data/bin/home", "/init"})
            EXPECT_EQ(judge(there), "") << there;
        EXPECT_EQ(judge("/data/bin/plain"), failed("\"/data/bin/plain\": permission denied"));
        EXPECT_EQ(judge("/data/hidden"),
                  failed("\"/data/hidden\": stat /data/hidden: no such file or directory"));
    }
}

TEST_F(ProgramOnMounts, ATmpfsHidesIt) {
    machine_.spec.mounts = {{"/bin", "tmpfs", "tmpfs", {}}};
    EXPECT_EQ(verdict("/bin/tool"),
              failed("\"/bin/tool\": stat /bin/tool: no such file or directory"));
    machine_.spec.mounts = {{"/bin", "tmpfs", "tmpfs", {"tmpcopyup"}}};
    EXPECT_EQ(verdict("/bin/tool"), "");
    machine_.spec.mounts = {{"/dev", "tmpfs", "tmpfs", {}}};
    mount("/dev/init", machine_.dir / "volume/bin/run", "ro");
    EXPECT_EQ(verdict("/dev/init"), "");
}

TEST_F(ProgramOnMounts, WhatIsMountedNoexecIsNotRun) {
    machine_.spec.mounts = {
        {"/data", "bind", machine_.dir / "volume", {"rbind", "rw", "noexec"}},
        {"/data/bin/inner", "bind", machine_.dir / "volume/bin", {"rbind", "noexec", "exec"}}};
    machine_.dir.directory("volume/bin/inner");
    EXPECT_EQ(verdict_of_sharing("/data/bin/run"), failed("\"/data/bin/run\": permission denied"));
    EXPECT_EQ(verdict_of_sharing("/data/bin/inner/run"), "");
    EXPECT_EQ(verdict_of_sharing("/bin/tool"), "");
    process().env = {"PATH=/data/bin"};
    EXPECT_EQ(verdict_of_sharing("run"), failed("\"run\": executable file not found in $PATH"));
    machine_.spec.mounts = {{"/bin", "tmpfs", "tmpfs", {"tmpcopyup", "noexec"}}};
    EXPECT_EQ(verdict("/bin/tool"), failed("\"/bin/tool\": permission denied"));
}

TEST_F(ProgramOnMounts, TheDirectoryThatATmpfsKeepsHasTheModeOfItsMount) {
    machine_.spec.mounts = {{"/bin", "tmpfs", "tmpfs", {"tmpcopyup", "mode=700"}}};
    become(1000);
    EXPECT_EQ(verdict("/bin/tool"), failed("\"/bin/tool\": stat /bin/tool: permission denied"));
}

TEST_F(ProgramOnMounts, WhatTheKernelShowsIsLeftToTheGuest) {
    machine_.spec.mounts = {{"/proc", "proc", "proc", {}}};
    EXPECT_EQ(verdict("/proc/self/exe"), "");
    process().env = {"PATH=/proc/1"};
    EXPECT_EQ(verdict("exe"), "");
}

// Another file system below a shared directory is shared with it, and below a copied one is not.
TEST_F(ProgramOnMounts, AMountBelowAShareIsLeftToTheGuest) {
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string below = machine_.dir / "volume/below";
        machine_.dir.directory("volume/below");
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("x", below.c_str(), "tmpfs", 0, nullptr) != 0)
            ::_exit(2);
        mount("/data", machine_.dir / "volume", "rw");
        const bool left = verdict_of_sharing("/data/below/tool").empty();
        machine_.spec.mounts.clear();
        mount("/data", machine_.dir / "volume", "ro");
        ::_exit(left && !verdict("/data/below/tool").empty() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST_F(Program, NamesOfStrangersAreShownHarmless) {
    const std::string shown = verdict("/\x1b[2J\n");
    EXPECT_EQ(shown.find('\x1b'), std::string::npos);
    EXPECT_EQ(shown.find('\n'), std::string::npos);
    EXPECT_NE(verdict("/" + std::string(300, 'n')).find("file name too long"), std::string::npos);
}

}  // namespace
}  // namespace phi::boot
