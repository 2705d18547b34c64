// SPDX-License-Identifier: Apache-2.0
#include "core/base/process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <vector>

#include "core/base/error.hpp"
#include "support/deny_syscalls.hpp"

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

// Else a kernel without pidfds would make every process look as if it had ended.
TEST(ProcessIdentity, ThatItCannotBeOpenedDoesNotMeanThatItHasEnded) {
    const Sleeper sleeper;
    const pid_t child = ::fork();
    if (child == 0) {
        if (!test::deny_syscalls({SYS_pidfd_open}, ENOSYS)) ::_exit(2);
        int refused = 0;
        for (const auto& use : std::vector<std::function<void()>>{
                 [&] { open_pidfd(sleeper.id()); }, [&] { send_signal(sleeper.id(), SIGTERM); },
                 [&] { wait_gone(sleeper.id(), 0); },
                 [] {
                     spawn({{"/bin/true"}, {}, {}});
                 }}) {
            try {
                use();
            } catch (const Error& error) {
                const bool named = error.message().find("pidfd_open") != std::string::npos &&
                                   error.hint().find("Linux 5.3") != std::string::npos;
                refused += named && error.code() == Code::unsupported;
            }
        }
        ::_exit(refused == 4 && !open_pidfd({sleeper.id().pid, 1}) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2) GTEST_SKIP() << "no seccomp here";
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace phi
