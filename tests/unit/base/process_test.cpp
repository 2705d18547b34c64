// SPDX-License-Identifier: Apache-2.0
#include "core/base/process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace phi {
namespace {

// A child that waits to be killed, and is reaped whatever happens.
class Sleeper {
  public:
    Sleeper() : pid_(::fork()) {
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;) ::pause();
        }
        id_ = {pid_, start_time_of(pid_).value_or(0)};
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
    ~Sleeper() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    const ProcessId& id() const { return id_; }

  private:
    pid_t pid_;
    ProcessId id_;
};

TEST(ProcessIdentity, KnowsItself) {
    EXPECT_EQ(self().pid, ::getpid());
    EXPECT_GT(self().start_time, 0U);
    EXPECT_TRUE(alive(self()));
    EXPECT_EQ(boot_id().size(), 36U);
}

TEST(ProcessIdentity, ReadsTheStartTimeBehindAHostileName) {
    const auto before = start_time_of(::getpid());
    ::prctl(PR_SET_NAME, "x) Z 1 1 (y");
    const auto after = start_time_of(::getpid());
    ::prctl(PR_SET_NAME, "test_base");
    ASSERT_TRUE(after.has_value());
    EXPECT_EQ(after, before);
}

TEST(ProcessIdentity, IsNotALaterProcessOfTheSamePid) {
    const Sleeper sleeper;
    ProcessId earlier = sleeper.id();
    earlier.start_time -= 1;
    EXPECT_TRUE(alive(sleeper.id()));
    EXPECT_FALSE(alive(earlier));
    EXPECT_FALSE(open_pidfd(earlier));
    EXPECT_TRUE(open_pidfd(sleeper.id()));
    EXPECT_FALSE(send_signal(earlier, SIGKILL));
    EXPECT_TRUE(alive(sleeper.id())) << "the stranger was signalled";
    EXPECT_TRUE(wait_gone(earlier, 0));
}

TEST(ProcessIdentity, RefusesPidsThatMeanGroups) {
    for (const pid_t pid : {0, -1}) {
        EXPECT_FALSE(alive({pid, 0}));
        EXPECT_FALSE(open_pidfd({pid, 0}));
        EXPECT_FALSE(send_signal({pid, 0}, 0));
    }
}

TEST(ProcessIdentity, AZombieHasEnded) {
    const Sleeper sleeper;
    EXPECT_FALSE(wait_gone(sleeper.id(), 0));
    EXPECT_TRUE(send_signal(sleeper.id(), SIGKILL));
    EXPECT_TRUE(wait_gone(sleeper.id(), 60'000));  // not reaped: ~Sleeper does that
    EXPECT_FALSE(alive(sleeper.id()));
    EXPECT_FALSE(start_time_of(sleeper.id().pid).has_value());
    EXPECT_FALSE(send_signal(sleeper.id(), SIGTERM));
}

}  // namespace
}  // namespace phi
