// SPDX-License-Identifier: Apache-2.0
#include "core/fs/lock.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "tests/unit/fs/temporary_dir.hpp"

namespace phi {
namespace {

class LockTest : public TemporaryDir {
  protected:
    static Deadline now() { return Deadline::in(std::chrono::milliseconds(0)); }
    static Deadline long_enough() { return Deadline::in(std::chrono::minutes(1)); }

    Lock take(Deadline deadline) const {
        return Lock::take(fd_.get(), "lock", "the store", deadline);
    }

    // A lock held by another open file is a lock held by another process.
    std::string taken() const {
        return refusal([&] { take(now()); });
    }
};

TEST_F(LockTest, IsExclusiveAndNamesItsHolder) {
    std::optional<Lock> held = take(now());
    const std::string message = taken();
    EXPECT_EQ(message.rfind("the store is locked by another process", 0), 0U) << message;
    if (contains(message, "(pid")) {  // some file systems show another device in /proc/locks
        EXPECT_TRUE(contains(message, "(pid " + std::to_string(::getpid()) + ")")) << message;
    }
    held.reset();
    EXPECT_EQ(taken(), "accepted");
}

TEST_F(LockTest, CanBeHandedOn) {
    std::optional<Lock> first = take(now());
    Lock second = std::move(*first);
    first.reset();
    EXPECT_NE(taken(), "accepted");
    second = Lock::take(fd_.get(), "other", "another", now());
    EXPECT_EQ(taken(), "accepted");
}

TEST_F(LockTest, IsReleasedByDeath) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd read(ends[0]);
    UniqueFd write(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        const Lock lock = take(now());
        if (::write(write.get(), "x", 1) != 1) ::_exit(1);
        for (;;) ::pause();
    }
    write.reset();
    char byte = 0;
    ASSERT_EQ(::read(read.get(), &byte, 1), 1);
    EXPECT_NE(taken(), "accepted");
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(taken(), "accepted");
}

TEST_F(LockTest, WaitsForItsTurn) {
    std::optional<Lock> held = take(now());
    const pid_t child = ::fork();
    if (child == 0) {
        // Its inherited copy of the parent's lock must not count as its own.
        try {
            const Lock lock = take(long_enough());
            ::_exit(0);
        } catch (...) {
            ::_exit(2);
        }
    }
    held.reset();
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST_F(LockTest, AForkedChildNeitherProlongsNorEndsIt) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd read(ends[0]);
    const UniqueFd write(ends[1]);
    std::optional<Lock> held = take(now());
    const pid_t child = ::fork();
    if (child == 0) {
        held.reset();  // must not release the parent's
        ::_exit(::write(write.get(), "x", 1) == 1 ? 0 : 1);
    }
    char byte = 0;
    ASSERT_EQ(::read(read.get(), &byte, 1), 1);
    ::waitpid(child, nullptr, 0);
    EXPECT_NE(taken(), "accepted") << "the child has ended it";

    const pid_t holder = ::fork();
    if (holder == 0) {
        for (;;) ::pause();  // with its copy of the descriptor
    }
    held.reset();
    EXPECT_EQ(taken(), "accepted") << "the child prolongs it";
    ::kill(holder, SIGKILL);
    ::waitpid(holder, nullptr, 0);
}

TEST_F(LockTest, IsTakenOnTheFileThatHasTheName) {
    std::optional<Lock> held = take(now());
    ASSERT_EQ(::unlink(path("lock").c_str()), 0);
    // A new file, a new lock; the old one guards nothing any more.
    const Lock fresh = take(now());
    EXPECT_NE(taken(), "accepted");
    held.reset();
    EXPECT_NE(taken(), "accepted");
}

TEST_F(LockTest, IsNotTakenThroughALink) {
    put("victim");
    link("victim", "lock");
    EXPECT_TRUE(contains(taken(), "too many levels of symbolic links"));
}

}  // namespace
}  // namespace phi
