// SPDX-License-Identifier: Apache-2.0
#include "core/fs/rootfs.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "tests/unit/fs/temporary_dir.hpp"

namespace phi {
namespace {

// root/ is what nobody trusts; beside it is what must not be reached.
class RootfsTest : public TemporaryDir {
  protected:
    void SetUp() override {
        TemporaryDir::SetUp();
        folder("root/boot");
        folder("outside");
        put("outside/secret", "secret");
        put("secret", "secret");
        put("root/boot/image", "image");
    }
    Rootfs rootfs() const { return Rootfs::open(path("root")); }
    std::string read(const std::string& name) const {
        return read_fd(rootfs().open_file(RootfsPath(name)).get(), name);
    }
    std::string refused(const std::string& name) const {
        return refusal([&] { read(name); });
    }
};

TEST_F(RootfsTest, OpensWhatIsInside) {
    EXPECT_EQ(read("/boot/image"), "image");
    EXPECT_EQ(read("boot/image"), "image");
    EXPECT_EQ(read("//boot/./../boot//image"), "image");
    EXPECT_EQ(rootfs().path(), path("root"));
}

TEST_F(RootfsTest, DotsDoNotLeadOut) {
    put("root/secret", "own");
    EXPECT_EQ(read("../secret"), "own");
    EXPECT_EQ(read("/boot/../../../secret"), "own");
    EXPECT_TRUE(contains(refused("../outside/secret"), "no such file or directory"));
}

TEST_F(RootfsTest, LinksDoNotLeadOut) {
    put("root/secret", "own");
    link(path("outside/secret"), "root/absolute");
    link("../outside/secret", "root/relative");
    link("/secret", "root/rooted");
    link("/", "root/top");
    link("../../../../../../../..", "root/boot/up");
    EXPECT_TRUE(contains(refused("absolute"), "no such file or directory"));
    EXPECT_TRUE(contains(refused("relative"), "no such file or directory"));
    EXPECT_EQ(read("rooted"), "own");
    EXPECT_EQ(read("top/secret"), "own");
    EXPECT_EQ(read("boot/up/secret"), "own");
    EXPECT_TRUE(contains(refused("boot/up" + path("secret")), "no such file or directory"));
}

TEST_F(RootfsTest, LinksInACircleEnd) {
    link("b", "root/a");
    link("a", "root/b");
    EXPECT_TRUE(contains(refused("a"), "too many levels of symbolic links"));
}

TEST_F(RootfsTest, MagicLinksAreNotFollowed) {
    // In a mount namespace of its own: a /proc in the rootfs, as a guest could have it.
    const pid_t child = ::fork();
    if (child == 0) {
        folder("root/proc");
        const bool ready =
            ::unshare(CLONE_NEWNS) == 0 &&
            ::mount("", "/", "", MS_REC | MS_PRIVATE, nullptr) == 0 &&
            ::mount("/proc", path("root/proc").c_str(), "", MS_BIND | MS_REC, nullptr) == 0;
        if (!ready) ::_exit(2);
        const bool root = contains(refused("proc/self/root" + path("secret")),
                                   "too many levels of symbolic links");
        const bool fd = contains(refused("proc/self/fd/" + std::to_string(fd_.get()) + "/secret"),
                                 "too many levels of symbolic links");
        ::_exit(root && fd ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "no mount namespaces here";
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(RootfsTest, OnlyRegularFilesAreOpened) {
    ASSERT_EQ(::mkfifo(path("root/fifo").c_str(), 0600), 0);
    EXPECT_EQ(refused("/fifo"), "\"/fifo\" in the rootfs: is a FIFO (a regular file is needed)");
    EXPECT_TRUE(contains(refused("/boot"), "is a directory"));
    // Opened, this device would answer "no such device or address".
    if (::mknod(path("root/device").c_str(), S_IFCHR | 0600, makedev(240, 77)) == 0) {
        EXPECT_TRUE(contains(refused("/device"), "is a character device"));
    }
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path("root/socket").copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(contains(refused("/socket"), "is a socket"));
    link("fifo", "root/to-fifo");
    EXPECT_TRUE(contains(refused("/to-fifo"), "is a FIFO"));
}

TEST_F(RootfsTest, FindTellsAbsentFromWrong) {
    link("nowhere", "root/dangling");
    EXPECT_FALSE(rootfs().find_file(RootfsPath("/none")));
    EXPECT_FALSE(rootfs().find_file(RootfsPath("/boot/image/x")));
    EXPECT_FALSE(rootfs().find_file(RootfsPath("/dangling")));
    EXPECT_TRUE(rootfs().find_file(RootfsPath("/boot/image")));
    EXPECT_THROW(rootfs().find_file(RootfsPath("/boot")), Error);
    EXPECT_EQ(refused("/none"), "open \"/none\" in the rootfs: no such file or directory");
}

TEST_F(RootfsTest, PathsAreChecked) {
    EXPECT_THROW(RootfsPath(""), Error);
    EXPECT_THROW(RootfsPath(std::string("a\0b", 3)), Error);
    EXPECT_THROW(RootfsPath(std::string(4096, 'a')), Error);
    EXPECT_TRUE(contains(refused(std::string(300, 'a')), "file name too long"));
    EXPECT_TRUE(contains(refused("/\x1b[31m"), R"("/\x1b[31m")"));
}

TEST_F(RootfsTest, EntriesAreOpenedAsTheyAre) {
    link("boot/image", "root/link");
    struct stat status {};
    ASSERT_EQ(::fstat(rootfs().open_path(RootfsPath("link"), false).get(), &status), 0);
    EXPECT_TRUE(S_ISLNK(status.st_mode));
    ASSERT_EQ(::fstat(rootfs().open_path(RootfsPath("link"), true).get(), &status), 0);
    EXPECT_TRUE(S_ISREG(status.st_mode));
    EXPECT_THROW(rootfs().open_path(RootfsPath("none"), true), Error);
}

TEST_F(RootfsTest, TheRootItselfIsAsRuncWantsIt) {
    const auto refused_root = [](const std::string& at) {
        return refusal([&] { Rootfs::open(at); });
    };
    const std::string link_text = "invalid rootfs: not an absolute path, or a symlink";
    link("root", "to-root");
    link(".", "here");
    EXPECT_EQ(refused_root(path("none")),
              "invalid rootfs: stat " + path("none") + ": no such file or directory");
    EXPECT_EQ(refused_root(path("to-root")), link_text);
    EXPECT_EQ(refused_root(path("here/root")), link_text);
    EXPECT_EQ(refused_root("."), link_text);
    EXPECT_EQ(refused_root(""), "invalid rootfs: stat : no such file or directory");
    EXPECT_TRUE(contains(refused_root(path("secret")), "not a directory"));
    EXPECT_EQ(Rootfs::open(dir_ + "//root/../root/.").path(), path("root"));
}

TEST_F(RootfsTest, StaysWithItsDirectoryWhateverTheNameMeansLater) {
    const Rootfs root = rootfs();
    std::filesystem::rename(path("root"), path("moved"));
    folder("root/boot");
    put("root/boot/image", "another");
    EXPECT_EQ(read_fd(root.open_file(RootfsPath("/boot/image")).get(), "image"), "image");
}

}  // namespace
}  // namespace phi
