// SPDX-License-Identifier: Apache-2.0
#include "core/boot/initramfs.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/boot/cpio.hpp"
#include "core/fs/file.hpp"
#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;

const std::string odd_name = "odd \n\t\x01\xff\"'\\ name";

// A file of every kind, with all that is hard about it.
void furnish(const Machine& machine) {
    const auto& dir = machine.dir;
    dir.file("rootfs/bin/tool", std::string(100000, 't'), 04755);
    dir.file("rootfs/bin/small", "small", 0711);
    dir.file("rootfs/empty", "", 0600);
    dir.file("rootfs/" + odd_name, "odd", 0640);
    dir.file("rootfs/" + std::string(255, 'n') + "/" + std::string(255, 'm'), "long");
    dir.symlink("rootfs/lib", "usr/lib");
    dir.symlink("rootfs/dangling", "/no/such/thing");
    dir.hard_link("rootfs/bin/again", "rootfs/bin/tool");
    dir.hard_link("rootfs/zz", "rootfs/bin/tool");
    dir.node("rootfs/dev/tty0", S_IFCHR | 0620, makedev(4, 0));
    dir.node("rootfs/dev/sda", S_IFBLK | 0660, makedev(8, 0));
    dir.node("rootfs/run/pipe", S_IFIFO | 0622);
    dir.node("rootfs/run/socket", S_IFSOCK | 0777);
    dir.directory("rootfs/tmp", 01777);
    dir.directory("rootfs/secret", 0);
    ASSERT_EQ(::lchown((machine.rootfs_path + "/lib").c_str(), 5, 6), 0);
    ASSERT_EQ(::chown((machine.rootfs_path + "/bin/small").c_str(), 1000, 4000000), 0);
    const timespec times[2] = {{0, 0}, {1234567890, 5}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (machine.rootfs_path + "/bin/small").c_str(), times, 0), 0);
}

TEST(Initramfs, HasTheRootFileSystemAndOurOwnFiles) {
    Machine machine;
    furnish(machine);
    const auto members = test::by_name(machine.pack());
    EXPECT_EQ(members.at(".").mode, S_IFDIR | 0755U);
    EXPECT_EQ(members.at(".runphi").mode, S_IFDIR | 0700U);
    EXPECT_EQ(members.at(".runphi/init").mode, S_IFREG | 0755U);
    EXPECT_EQ(members.at(".runphi/init").data, "init of x86_64");
    EXPECT_EQ(members.at(".runphi/config").mode, S_IFREG | 0600U);
    EXPECT_EQ(
        members.at(".runphi/config").data.rfind(std::string("format=1\0arg=/bin/true", 22), 0), 0U);
    EXPECT_EQ(members.at(".runphi/modules/virtio.ko").data, "module v");
    EXPECT_EQ(members.at(".runphi/modules/ring.ko").data, "module r");
    EXPECT_EQ(members.count(".runphi/modules/order"), 0U);
    EXPECT_EQ(members.at("bin/tool").mode, S_IFREG | 04755U);
    EXPECT_EQ(members.at("bin/small").uid, 1000U);
    EXPECT_EQ(members.at("bin/small").gid, 4000000U);
    EXPECT_EQ(members.at("bin/small").mtime, 1234567890U);
    EXPECT_EQ(members.at(odd_name).data, "odd");
    EXPECT_EQ(members.at(std::string(255, 'n') + "/" + std::string(255, 'm')).data, "long");
    EXPECT_EQ(members.at("lib").data, "usr/lib");
    EXPECT_EQ(members.at("lib").uid, 5U);
    EXPECT_EQ(members.at("dev/sda").rdev_major, 8U);
    EXPECT_EQ(members.at("run/pipe").mode, S_IFIFO | 0622U);
    EXPECT_EQ(members.count("run/socket"), 0U);
    EXPECT_EQ(members.at("secret").mode, S_IFDIR | 0U);
    EXPECT_EQ(members.at("zz").inode, members.at("bin/tool").inode);
    EXPECT_EQ(members.at("zz").links, 3U);
    // In byte order bin/again comes first, so it has the data.
    EXPECT_EQ(members.at("bin/again").data.size(), 100000U);
    EXPECT_EQ(members.at("bin/tool").data.size() + members.at("zz").data.size(), 0U);
}

TEST(Initramfs, HasAConsoleWhateverTheImageHas) {
    const std::vector<std::function<void(Machine&)>> images{
        [](Machine&) {},
        [](Machine& m) { m.image_file("dev/console", ""); },
        [](Machine& m) { m.dir.symlink("rootfs/dev/console", "/.runphi/init"); },
        [](Machine& m) { m.dir.node("rootfs/dev/console", S_IFCHR | 0666, makedev(1, 3)); },
    };
    for (std::size_t i = 0; i < images.size(); ++i) {
        Machine machine;
        images[i](machine);
        const auto members = test::by_name(machine.pack());
        EXPECT_EQ(members.at(".runphi/init").mode, S_IFREG | 0755U) << i;
        EXPECT_EQ(members.at("dev/null").rdev_minor, 3U);
        if (i == 2) continue;  // their link stays a link
        EXPECT_EQ(members.at("dev/console").mode, S_IFCHR | 0600U) << i;
        EXPECT_EQ(members.at("dev/console").rdev_major, 5U);
        EXPECT_EQ(members.at("dev/console").rdev_minor, 1U);
    }
}

TEST(Initramfs, EveryDirectoryComesBeforeItsContent) {
    Machine machine;
    furnish(machine);
    std::map<std::string, bool> seen;
    for (const auto& member : test::read_cpio(machine.pack())) {
        const auto slash = member.name.rfind('/');
        if (slash != std::string::npos) {
            EXPECT_TRUE(seen.contains(member.name.substr(0, slash))) << member.name;
        }
        seen[member.name] = true;
    }
}

TEST(Initramfs, TheSameTreeGivesTheSameBytes) {
    Machine machine;
    furnish(machine);
    const std::string first = machine.pack();
    EXPECT_TRUE(first == machine.pack());
    // A copy has other inode numbers and another order in its directories.
    const std::string copy = machine.dir / "copy";
    ASSERT_EQ(
        test::run({"/bin/cp", "-a", machine.rootfs_path, copy}, "/dev/null", "/dev/null", "/"), 0);
    machine.rootfs_path = copy;
    EXPECT_TRUE(first == machine.pack());
}

TEST(Initramfs, IsSealedAndClosedOnExec) {
    Machine machine;
    const Initramfs packed =
        pack_initramfs(Rootfs::open(machine.rootfs_path), machine.spec, machine.options());
    const UniqueFd& fd = packed.archive;
    EXPECT_EQ(::fcntl(fd.get(), F_GET_SEALS), 0);
    seal_initramfs(fd.get());
    EXPECT_EQ(::fcntl(fd.get(), F_GET_SEALS),
              F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    EXPECT_EQ(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

// One line a file, as two trees that are alike have it.
std::vector<std::string> listing(const std::string& root) {
    std::vector<std::string> lines;
    std::map<std::pair<dev_t, ino_t>, std::string> first_name;
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) continue;
        const std::string name = path.substr(root.size());
        std::string line = name + " " + std::to_string(status.st_mode) + " " +
                           std::to_string(status.st_uid) + ":" + std::to_string(status.st_gid);
        if (S_ISREG(status.st_mode)) {
            line += " " + read_file(path);
            line += " " + std::to_string(status.st_mtime) + " same as " +
                    first_name.try_emplace({status.st_dev, status.st_ino}, name).first->second;
        }
        if (S_ISLNK(status.st_mode)) line += " -> " + std::filesystem::read_symlink(path).string();
        if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
            line += " " + std::to_string(status.st_rdev);
        }
        lines.push_back(line);
    }
    return lines;
}

TEST(Initramfs, ComesOutOfCpioAsItWas) {
    Machine machine;
    furnish(machine);
    machine.dir.file("archive.cpio", machine.pack());
    machine.dir.directory("out");
    ASSERT_EQ(test::run({"/usr/bin/cpio", "-idm", "--quiet"}, machine.dir / "archive.cpio",
                        machine.dir / "log", machine.dir / "out"),
              0);
    std::filesystem::remove_all(machine.dir / "out/.runphi");
    std::filesystem::remove(machine.dir / "out/dev/console");
    std::filesystem::remove(machine.dir / "out/dev/null");
    std::filesystem::remove(machine.dir / "rootfs/run/socket");
    EXPECT_EQ(listing(machine.dir / "out"), listing(machine.rootfs_path));
}

TEST(Initramfs, CpioListsWhatWeListed) {
    Machine machine;
    furnish(machine);
    machine.dir.file("archive.cpio", machine.pack());
    ASSERT_EQ(test::run({"/usr/bin/cpio", "-it", "--quiet"}, machine.dir / "archive.cpio",
                        machine.dir / "list", "/"),
              0);
    const std::string list = read_file(machine.dir / "list");
    for (const char* name : {"\n.runphi/init\n", "\nbin/tool\n", "\nlib\n", "\nrun/pipe\n"}) {
        EXPECT_NE(list.find(name), std::string::npos) << name;
    }
}

TEST(Initramfs, TheLimitIsTheContainersMemory) {
    Machine machine;
    machine.image_file("big", std::string(200000, 'x'));
    auto options = machine.options();
    options.limit = 100000;
    const Error error = test::error_of(
        [&] { pack_initramfs(Rootfs::open(machine.rootfs_path), machine.spec, options); });
    EXPECT_EQ(error.code(), Code::no_resource);
    EXPECT_NE(error.hint().find("memory"), std::string::npos);
}

TEST(Initramfs, ANodeThatIsNotPreparedIsTold) {
    Machine machine;
    machine.settings.guest_dir = machine.dir / "nowhere";
    const Error error = test::error_of([&] { machine.pack(); });
    EXPECT_EQ(error.code(), Code::not_found);
    EXPECT_NE(error.message().find("nowhere/x86_64/phi-init"), std::string::npos);
    EXPECT_NE(error.hint().find("runphi-prepare-guest"), std::string::npos);
}

TEST(Initramfs, WorksWithoutModules) {
    Machine machine;
    std::filesystem::remove_all(machine.dir / "guest/x86_64/modules");
    const auto members = test::by_name(machine.pack());
    EXPECT_EQ(members.count(".runphi/init"), 1U);
    EXPECT_EQ(members.count(".runphi/modules/ring.ko"), 0U);
}

TEST(Initramfs, ModulesThatAnybodyCanWriteAreRefused) {
    Machine machine;
    ASSERT_EQ(::chmod((machine.dir / "guest/x86_64/modules/ring.ko").c_str(), 0666), 0);
    EXPECT_EQ(test::error_of([&] { machine.pack(); }).code(), Code::denied);
}

}  // namespace
}  // namespace phi::boot
