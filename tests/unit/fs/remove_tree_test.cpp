// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fs/temporary_dir.hpp"

namespace phi {
namespace {

class RemoveTree : public TemporaryDir {
  protected:
    void remove(const std::string& name) const { remove_tree_at(fd_.get(), name); }

    // Runs it in a mount namespace of its own; its result is the expectation's.
    template <typename F>
    void with_mounts(F&& body) {
        const pid_t child = ::fork();
        if (child == 0) {
            if (::unshare(CLONE_NEWNS) != 0 ||
                ::mount("", "/", "", MS_REC | MS_PRIVATE, nullptr) != 0) {
                ::_exit(2);
            }
            fd_ = open_directory(dir_);  // one of the old namespace does not see the new mounts
            body();
            ::_exit(HasFailure() ? 1 : 0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFEXITED(status));
        if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "no mount namespaces here";
        EXPECT_EQ(WEXITSTATUS(status), 0);
    }
};

TEST_F(RemoveTree, RemovesAll) {
    folder("tree/a/b/c");
    folder("tree/d");
    put("tree/file");
    put("tree/a/b/file");
    ASSERT_EQ(::mkfifo(path("tree/fifo").c_str(), 0600), 0);
    put("beside");
    remove("tree");
    EXPECT_FALSE(exists("tree"));
    EXPECT_TRUE(exists("beside"));
}

TEST_F(RemoveTree, RemovesAFileOrNothing) {
    put("file");
    remove("file");
    EXPECT_FALSE(exists("file"));
    remove("file");
    remove("never-was");
}

TEST_F(RemoveTree, DoesNotFollowLinks) {
    folder("keep/sub");
    put("keep/file");
    folder("tree/sub");
    link(path("keep"), "tree/absolute");
    link("../../keep", "tree/sub/relative");
    link("..", "tree/up");
    link("/", "tree/root");
    remove("tree");
    EXPECT_FALSE(exists("tree"));
    EXPECT_TRUE(exists("keep/file"));
    EXPECT_TRUE(exists("keep/sub"));
    link("keep", "link");
    remove("link");
    EXPECT_FALSE(exists("link"));
    EXPECT_TRUE(exists("keep/file"));
}

TEST_F(RemoveTree, IsNotStoppedByDepth) {
    // Deeper than a path can be long, and than this process may have descriptors.
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit few{64, before.rlim_max};
    UniqueFd at = open_directory(dir_);
    for (int depth = 0; depth < 900; ++depth) {
        ASSERT_EQ(::mkdirat(at.get(), "deep", 0700), 0);
        at = open_directory_at(at.get(), "deep");
    }
    at.reset();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    const std::string outcome = refusal([&] { remove("deep"); });
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(outcome, "accepted");
    EXPECT_FALSE(exists("deep"));
}

TEST_F(RemoveTree, IsNotStoppedByNumber) {
    folder("tree");
    for (int i = 0; i < 200; ++i) {
        put("tree/file" + std::to_string(i), "");
        folder("tree/dir" + std::to_string(i));
    }
    remove("tree");
    EXPECT_FALSE(exists("tree"));
}

TEST_F(RemoveTree, DoesNotEnterWhatIsMounted) {
    folder("tree/mounted");
    folder("tree/bound");
    folder("keep");
    put("keep/file");
    with_mounts([&] {
        ASSERT_EQ(::mount("tmpfs", path("tree/mounted").c_str(), "tmpfs", 0, nullptr), 0);
        put("tree/mounted/file");
        const UniqueFd tree = open_directory(path("tree"));
        EXPECT_EQ(refusal([&] { remove_tree_at(tree.get(), "mounted"); }),
                  "remove mounted: a file system is mounted there");
        EXPECT_TRUE(exists("tree/mounted/file"));
        ASSERT_EQ(::umount(path("tree/mounted").c_str()), 0);
        // Of the same file system: the device number does not tell.
        ASSERT_EQ(::mount(path("keep").c_str(), path("tree/bound").c_str(), "", MS_BIND, nullptr),
                  0);
        EXPECT_EQ(refusal([&] { remove("tree"); }),
                  "remove tree/bound: a file system is mounted there");
        EXPECT_TRUE(exists("tree/bound/file"));
    });
    EXPECT_TRUE(exists("keep/file"));
}

TEST_F(RemoveTree, DoesNotRemoveAMountedFile) {
    folder("tree");
    put("tree/file");
    put("keep");
    with_mounts([&] {
        ASSERT_EQ(::mount(path("keep").c_str(), path("tree/file").c_str(), "", MS_BIND, nullptr),
                  0);
        EXPECT_TRUE(contains(refusal([&] { remove("tree"); }), "busy"));
    });
    EXPECT_EQ(get("keep"), "content");
}

// Directories swapped for links while the tree is being removed: it may fail, but what is outside
// stays.
TEST_F(RemoveTree, LosesNoRaceThatLeadsOut) {
    folder("keep");
    for (int i = 0; i < 20; ++i) put("keep/file" + std::to_string(i));
    for (int round = 0; round < 20; ++round) {
        folder("tree/swapped/sub");
        link(path("keep"), "tree/link");
        const pid_t child = ::fork();
        if (child == 0) {
            const std::string dir = path("tree/swapped");
            const std::string to = path("tree/link");
            for (int swap = 0; swap < 300; ++swap) {
                ::renameat2(AT_FDCWD, dir.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE);
            }
            ::_exit(0);
        }
        const std::string outcome = refusal([&] { remove("tree"); });
        ::waitpid(child, nullptr, 0);
        remove("tree");
        for (int i = 0; i < 20; ++i)
            ASSERT_TRUE(exists("keep/file" + std::to_string(i))) << outcome;
    }
}

}  // namespace
}  // namespace phi
