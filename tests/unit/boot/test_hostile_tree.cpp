// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;

constexpr const char* canary = "the host's own words";

TEST(HostileTree, LinksAreCopiedNotFollowed) {
    Machine machine;
    machine.dir.file("outside/file", canary);
    machine.dir.symlink("rootfs/up", "../outside");
    machine.dir.symlink("rootfs/abs", machine.dir / "outside/file");
    machine.dir.symlink("rootfs/proc", "/proc/self/root");
    machine.dir.symlink("rootfs/loop", "loop");
    machine.dir.symlink("rootfs/dev", "../../../../dev");
    const std::string archive = machine.pack();
    EXPECT_EQ(archive.find(canary), std::string::npos);
    const auto members = test::by_name(archive);
    EXPECT_EQ(members.at("up").data, "../outside");
    EXPECT_EQ(members.at("proc").data, "/proc/self/root");
    EXPECT_EQ(members.at("loop").data, "loop");
    EXPECT_EQ(members.count("up/file"), 0U);
}

TEST(HostileTree, OurFolderIsReserved) {
    for (const auto& make : std::vector<std::function<void(Machine&)>>{
             [](Machine& m) { m.dir.directory("rootfs/.runphi"); },
             [](Machine& m) { m.image_file(".runphi/init", "theirs"); },
             [](Machine& m) { m.image_file(".runphi", "theirs"); },
             [](Machine& m) { m.dir.symlink("rootfs/.runphi", "/etc"); },
         }) {
        Machine machine;
        make(machine);
        const Error error = test::error_of([&] { machine.pack(); });
        EXPECT_EQ(error.code(), Code::invalid);
        EXPECT_NE(error.message().find("/.runphi"), std::string::npos);
    }
}

TEST(HostileTree, ALinkInPlaceOfDevCannotTakeOurFolder) {
    for (const char* target : {".runphi", "/.runphi", "/.runphi/init", "../.runphi/modules"}) {
        Machine machine;
        machine.dir.symlink("rootfs/dev", target);
        const auto members = test::by_name(machine.pack());
        EXPECT_EQ(members.at(".runphi/init").data, "init of x86_64") << target;
        EXPECT_EQ(members.at(".runphi/init").mode, S_IFREG | 0755U) << target;
        EXPECT_EQ(members.at("dev").data, target);
    }
}

TEST(HostileTree, AFileInPlaceOfDevStays) {
    Machine machine;
    machine.image_file("dev", "no directory");
    EXPECT_EQ(test::by_name(machine.pack()).at("dev").data, "no directory");
}

TEST(HostileTree, AFileNamedLikeTheTrailer) {
    Machine machine;
    machine.image_file("TRAILER!!!", "x");
    machine.image_file("sub/TRAILER!!!", "y");
    machine.image_file("zz", "last");
    const auto members = test::by_name(machine.pack());
    EXPECT_EQ(members.at("zz").data, "last");
    EXPECT_EQ(members.at("sub/TRAILER!!!").data, "y");
}

// Paths longer than PATH_MAX can only be made step by step.
void dig(const std::string& root, const std::string& name, unsigned levels) {
    UniqueFd dir(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (unsigned i = 0; i < levels; ++i) {
        ASSERT_EQ(::mkdirat(dir.get(), name.c_str(), 0755), 0);
        dir = UniqueFd(::openat(dir.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        ASSERT_TRUE(dir);
    }
}

TEST(HostileTree, PathsThatAreTooLongOrTooDeepAreRefused) {
    Machine deep;
    dig(deep.rootfs_path, "d", 600);
    const Error too_deep = test::error_of([&] { deep.pack(); });
    EXPECT_EQ(too_deep.code(), Code::unsupported);
    EXPECT_NE(too_deep.message().find("512"), std::string::npos) << too_deep.message();
    Machine wide;
    dig(wide.rootfs_path, std::string(250, 'w'), 20);
    const Error too_long = test::error_of([&] { wide.pack(); });
    EXPECT_EQ(too_long.code(), Code::unsupported);
    EXPECT_NE(too_long.message().find("4094"), std::string::npos) << too_long.message();
}

TEST(HostileTree, AHugeSparseFileIsRefusedBeforeItFillsTheMemory) {
    Machine machine;
    machine.image_file("sparse", "");
    ASSERT_EQ(::truncate((machine.rootfs_path + "/sparse").c_str(), off_t{1} << 32), 0);
    EXPECT_EQ(test::error_of([&] { machine.pack(); }).code(), Code::unsupported);
    ASSERT_EQ(::truncate((machine.rootfs_path + "/sparse").c_str(), (off_t{1} << 32) - 1), 0);
    EXPECT_EQ(test::error_of([&] { machine.pack(); }).code(), Code::no_resource);
}

// In a mount namespace of its own, which ends with the child.
TEST(HostileTree, MountPointsAreNotCrossed) {
    Machine machine;
    machine.dir.directory("rootfs/mnt");
    machine.image_file("file", "below the mount");
    machine.dir.file("outside/inner", canary);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const std::string& root = machine.rootfs_path;
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount((machine.dir / "outside").c_str(), (root + "/mnt").c_str(), nullptr, MS_BIND,
                    nullptr) != 0 ||
            ::mount((machine.dir / "outside/inner").c_str(), (root + "/file").c_str(), nullptr,
                    MS_BIND, nullptr) != 0) {
            ::_exit(2);
        }
        int result = 1;
        try {
            const std::string archive = machine.pack();
            const auto members = test::by_name(archive);
            const bool clean = archive.find(canary) == std::string::npos &&
                               members.contains("mnt") && members.contains("file") &&
                               !members.contains("mnt/inner");
            result = clean ? 0 : 1;
        } catch (const std::exception&) {
            result = 3;
        }
        ::_exit(result);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace phi::boot
