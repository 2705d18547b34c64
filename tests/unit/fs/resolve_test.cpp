// SPDX-License-Identifier: Apache-2.0
#include "core/fs/resolve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/fs/rootfs.hpp"
#include "core/fs/walk.hpp"
#include "support/deny_syscalls.hpp"
#include "tests/unit/fs/temporary_dir.hpp"

// The kernel's way and ours, side by side. Where there is no openat2 both are ours.
namespace phi {
namespace {

// What was opened, told apart from anything else; or why not.
std::string outcome(const UniqueFd& fd, int number) {
    if (!fd) return errno_text(number);
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return "fstat";
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

class ResolveTest : public TemporaryDir {
  protected:
    void SetUp() override {
        TemporaryDir::SetUp();
        folder("root/boot/deep");
        folder("outside");
        put("root/boot/image");
        put("outside/secret");
    }

    // Of the kernel's way; the walk must agree.
    static std::string both(int root_fd, const std::string& path, bool follow) {
        const UniqueFd kernel = open_in_root(root_fd, path, follow);
        const std::string expected = outcome(kernel, errno);
        const UniqueFd walk = walk_in_root(root_fd, path, follow);
        EXPECT_EQ(outcome(walk, errno), expected) << path << (follow ? "" : ", not followed");
        return expected;
    }
    void agree(int root_fd, const std::string& path) const {
        both(root_fd, path, true);
        both(root_fd, path, false);
    }
    UniqueFd root() const { return open_directory(path("root")); }
};

TEST_F(ResolveTest, PathsOfEveryShape) {
    link("image", "root/boot/file-link");
    link("boot", "root/dir-link");
    link("/boot/", "root/slash-link");
    link("boot/.", "root/dot-link");
    link("boot/image/", "root/file-slash");
    link("nowhere", "root/dangling");
    link("loop", "root/loop");
    link("../../../outside", "root/up");
    link(path("outside/secret"), "root/absolute");
    link("/", "root/top");
    const UniqueFd root_fd = root();
    const std::vector<std::string> names = {"boot",
                                            "boot/image",
                                            "boot/deep",
                                            "boot/file-link",
                                            "dir-link",
                                            "slash-link",
                                            "dot-link",
                                            "file-slash",
                                            "dangling",
                                            "loop",
                                            "up",
                                            "absolute",
                                            "top",
                                            "none",
                                            ".",
                                            "..",
                                            "",
                                            std::string(255, 'n'),
                                            std::string(256, 'n')};
    const std::vector<std::string> ends = {"",
                                           "/",
                                           "//",
                                           "/.",
                                           "/..",
                                           "/./..",
                                           "/x",
                                           "/../",
                                           "/../x",
                                           "/image",
                                           "/boot/image",
                                           "/../boot/image",
                                           "/deep/../image",
                                           "/none/.."};
    for (const auto& name : names) {
        for (const auto& end : ends) {
            for (const char* start : {"", "/", "../", "/../.././"}) {
                agree(root_fd.get(), start + name + end);
            }
        }
    }
}

TEST_F(ResolveTest, AsManyLinksAsTheKernelAllows) {
    link("boot", "root/link0");
    for (int i = 1; i < 45; ++i) {
        link("link" + std::to_string(i - 1), "root/link" + std::to_string(i));
    }
    const UniqueFd root_fd = root();
    for (int i = 36; i < 45; ++i) agree(root_fd.get(), "link" + std::to_string(i));
    EXPECT_NE(both(root_fd.get(), "link39", true), errno_text(ELOOP));
    EXPECT_EQ(both(root_fd.get(), "link40", true), errno_text(ELOOP));
}

TEST_F(ResolveTest, LinksOfProcfsThatAreMagicAndThatAreNot) {
    const UniqueFd top = open_directory("/");
    const UniqueFd file = open_directory(dir_);
    const std::string fd = "/proc/self/fd/" + std::to_string(file.get());
    for (const std::string& magic :
         {std::string("/proc/self/exe"), std::string("/proc/self/cwd"), fd,
          std::string("/proc/self/root"), std::string("/proc/self/ns/net"),
          std::string("/proc/self/root/etc"), std::string("/proc/thread-self/cwd/."),
          fd + "/root"}) {
        EXPECT_EQ(both(top.get(), magic, true), errno_text(ELOOP)) << magic;
        both(top.get(), magic, false);
    }
    for (const char* ordinary : {"/proc/self/status", "/proc/mounts", "/proc/net/dev"}) {
        EXPECT_NE(both(top.get(), ordinary, true), errno_text(ELOOP)) << ordinary;
        both(top.get(), ordinary, false);
    }
}

// A file whose path is as long as procfs says that every such link is.
TEST_F(ResolveTest, AMagicLinkCannotPassAsAnOrdinaryOne) {
    const std::string name = path(std::string(64 - path("").size(), 'n'));
    const UniqueFd file(::open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    ASSERT_TRUE(file) << name;
    const UniqueFd top = open_directory("/");
    EXPECT_EQ(both(top.get(), "/proc/self/fd/" + std::to_string(file.get()), true),
              errno_text(ELOOP));
}

TEST_F(ResolveTest, DirectoriesWithoutLinks) {
    link("boot", "root/dir-link");
    for (const std::string& name :
         {std::string("/"), std::string("/proc/self"), std::string("/proc/self/cwd"), path("root"),
          path("root/boot/"), path("root/boot/image"), path("root/dir-link"),
          path("root/dir-link/deep"), path("root/none")}) {
        const UniqueFd kernel = open_directory_without_links(name);
        const std::string expected = outcome(kernel, errno);
        const UniqueFd walk = walk_without_links(name);
        EXPECT_EQ(outcome(walk, errno), expected) << name;
        if (!walk) continue;
        EXPECT_EQ(::fcntl(walk.get(), F_GETFL) & O_PATH, 0) << "not for reading";
    }
}

TEST_F(ResolveTest, OneEntry) {
    link("boot", "root/dir-link");
    const UniqueFd root_fd = root();
    for (const int flags : {O_PATH | O_DIRECTORY, O_RDONLY | O_DIRECTORY, O_RDONLY | O_NONBLOCK}) {
        for (const char* name : {"boot", "dir-link", "none", "..", "boot/deep", "/", ""}) {
            const UniqueFd entry = open_entry(root_fd.get(), name, flags);
            const std::string expected = outcome(entry, errno);
            if (std::string_view(name).find('/') != std::string_view::npos) {
                EXPECT_EQ(expected, errno_text(EINVAL)) << name;
                continue;
            }
            const UniqueFd ours = open_on_mount(root_fd.get(), name, flags);
            EXPECT_EQ(outcome(ours, errno), expected) << name;
        }
    }
    const UniqueFd top = open_directory("/");
    EXPECT_FALSE(open_on_mount(top.get(), "proc", O_RDONLY | O_DIRECTORY));
    EXPECT_EQ(errno, EXDEV);
    const UniqueFd proc = open_directory("/proc");
    EXPECT_FALSE(open_on_mount(proc.get(), "..", O_RDONLY | O_DIRECTORY));
    EXPECT_EQ(errno, EXDEV);
}

// Whatever a sandbox's filter answers to what it does not know, and whatever was opened before.
TEST_F(ResolveTest, TheWalkIsTakenWhereOpenat2IsForbidden) {
    for (const int answer : {ENOSYS, EPERM}) {
        const pid_t child = ::fork();
        if (child == 0) {
            const Rootfs rootfs = Rootfs::open(path("root"));
            if (!test::deny_syscalls({SYS_openat2}, answer)) ::_exit(2);
            const std::string refused =
                refusal([&] { rootfs.open_file(RootfsPath("../outside/secret")); });
            const std::string opened =
                refusal([&] { rootfs.open_file(RootfsPath("../boot/image")); });
            ::_exit(contains(refused, errno_text(ENOENT)) && opened == "accepted" ? 0 : 1);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 2) GTEST_SKIP() << "no seccomp here";
        EXPECT_EQ(status, 0) << errno_text(answer);
    }
}

}  // namespace
}  // namespace phi
