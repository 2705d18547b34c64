// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/process.hpp"

namespace phi {
namespace {

struct Pipe {
    UniqueFd read;
    UniqueFd write;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("pipe");
        read.reset(ends[0]);
        write.reset(ends[1]);
    }
};

std::string drain(int fd) {
    std::string all;
    char buffer[512];
    for (;;) {
        const auto got = ::read(fd, buffer, sizeof buffer);
        if (got <= 0) return all;
        all.append(buffer, static_cast<std::size_t>(got));
    }
}

int status_of(const Spawned& child) {
    int status = 0;
    while (::waitpid(child.id.pid, &status, 0) < 0 && errno == EINTR) continue;
    return status;
}

// Runs the probe with the request and returns what it says.
std::string probe(SpawnRequest request) {
    Pipe out;
    if (request.argv.empty()) request.argv = {SPAWN_PROBE};
    request.fds.push_back({out.write.get(), 5});
    const Spawned child = spawn(request);
    out.write.reset();
    std::string said = drain(out.read.get());
    const int status = status_of(child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 42) << status;
    return said;
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Spawn, GivesNothingButWhatIsNamed) {
    const UniqueFd leak(::open("/dev/null", O_RDONLY));  // deliberately not close-on-exec
    ::setenv("SPAWN_TEST_LEAK", "1", 1);
    SpawnRequest request;
    request.env = {"ONE=1", "TWO=zwei"};
    const std::string said = probe(request);
    ::unsetenv("SPAWN_TEST_LEAK");
    EXPECT_TRUE(has_line(said, "fds=0,1,2,5,")) << said;
    for (const char* line : {"stdio0=null", "stdio1=null", "stdio2=null", "env=ONE=1",
                             "env=TWO=zwei", "cwd=/", "leader=1", "args=0"}) {
        EXPECT_TRUE(has_line(said, line)) << line << " not in:\n" << said;
    }
    EXPECT_EQ(said.find("SPAWN_TEST_LEAK"), std::string::npos);
}

TEST(Spawn, MapsDescriptorsThatCross) {
    // The sources and the targets of the map are each other's numbers.
    Pipe first;
    Pipe second;
    const int a = first.write.get();
    const int b = second.write.get();
    SpawnRequest request;
    request.argv = {"/bin/sh", "-c",
                    "printf to-b >&" + std::to_string(b) + "; printf to-a >&" + std::to_string(a)};
    request.fds = {{a, b}, {b, a}};
    const Spawned child = spawn(request);
    first.write.reset();
    second.write.reset();
    EXPECT_EQ(drain(first.read.get()), "to-b");
    EXPECT_EQ(drain(second.read.get()), "to-a");
    EXPECT_EQ(status_of(child), 0);
}

TEST(Spawn, MapsStdio) {
    Pipe out;
    SpawnRequest request;
    request.argv = {"/bin/sh", "-c", "echo out; echo err >&2"};
    request.fds = {{out.write.get(), 1}, {out.write.get(), 2}};
    const Spawned child = spawn(request);
    out.write.reset();
    EXPECT_EQ(drain(out.read.get()), "out\nerr\n");
    EXPECT_EQ(status_of(child), 0);
}

TEST(Spawn, NamesTheProgramApartFromItsFirstArgument) {
    SpawnRequest request;
    request.path = SPAWN_PROBE;
    request.argv = {"another-name", "x"};
    const std::string said = probe(request);
    EXPECT_TRUE(has_line(said, "argv0=another-name")) << said;
    EXPECT_TRUE(has_line(said, "args=1")) << said;
}

TEST(Spawn, StartsInTheGivenDirectory) {
    const UniqueFd dir(::open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const UniqueFd usr(::open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    SpawnRequest request;
    request.cwd_fd = usr.get();
    request.new_session = false;
    const std::string said = probe(request);
    EXPECT_TRUE(has_line(said, "cwd=/usr")) << said;
    EXPECT_TRUE(has_line(said, "leader=0")) << said;
}

TEST(Spawn, RefusesAWrongDirectoryInsteadOfRunningElsewhere) {
    SpawnRequest request;
    request.argv = {"/bin/true"};
    request.cwd_fd = 900;  // not open
    EXPECT_THROW(spawn(request), Error);
}

TEST(Spawn, ForgetsIgnoredAndBlockedSignals) {
    ::signal(SIGUSR1, SIG_IGN);
    sigset_t usr2;
    ::sigemptyset(&usr2);
    ::sigaddset(&usr2, SIGUSR2);
    ::sigprocmask(SIG_BLOCK, &usr2, nullptr);
    const std::string said = probe({});
    ::sigprocmask(SIG_UNBLOCK, &usr2, nullptr);
    ::signal(SIGUSR1, SIG_DFL);
    EXPECT_TRUE(has_line(said, "usr1=default")) << said;
    EXPECT_TRUE(has_line(said, "usr2=open")) << said;
}

TEST(Spawn, TellsWhyAProgramCannotRun) {
    SpawnRequest request;
    request.argv = {"/no/such/program"};
    try {
        spawn(request);
        FAIL() << "it ran";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "exec /no/such/program: no such file or directory");
        EXPECT_EQ(error.code(), Code::not_found);
    }
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child was left behind";
    request.argv = {"/etc/passwd"};
    try {
        spawn(request);
        FAIL() << "it ran";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "exec /etc/passwd: permission denied");
    }
}

TEST(Spawn, NeedsAnAbsolutePath) {
    SpawnRequest request;
    EXPECT_THROW(spawn(request), Error);
    request.argv = {"sh"};
    EXPECT_THROW(spawn(request), Error);
}

TEST(Spawn, IsTheProcessItTells) {
    Pipe hold;
    SpawnRequest request;
    request.argv = {SPAWN_PROBE, "sleep"};
    request.fds = {{hold.read.get(), 6}};
    const Spawned child = spawn(request);
    EXPECT_TRUE(alive(child.id));
    EXPECT_GE(child.pidfd.get(), 0);
    hold.write.reset();
    EXPECT_TRUE(wait_gone(child.id, 60'000));
    EXPECT_EQ(status_of(child), 0);
}

// A parent that dies at once after spawning; the child must follow it, seen by the end of the pipe
// that only the child still holds.
void child_follows(bool in_a_pid_namespace) {
    Pipe alive_end;
    Pipe hold;
    const pid_t parent = ::fork();
    ASSERT_GE(parent, 0);
    if (parent == 0) {
        if (in_a_pid_namespace && ::unshare(CLONE_NEWPID) != 0) ::_exit(2);
        SpawnRequest request;
        request.argv = {SPAWN_PROBE, "sleep"};
        request.fds = {{hold.read.get(), 6}, {alive_end.write.get(), 7}};
        request.die_with_parent = true;
        try {
            const Spawned child = spawn(request);
            char report = 'r';
            if (::write(alive_end.write.get(), &report, 1) != 1) ::_exit(3);
            ::pause();
        } catch (...) {
        }
        ::_exit(4);
    }
    alive_end.write.reset();
    char byte = 0;
    ASSERT_EQ(::read(alive_end.read.get(), &byte, 1), 1) << "the parent could not spawn";
    ::kill(parent, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(parent, &status, 0), parent);
    // `hold` stays open on our side: only the death of the parent can end the child.
    EXPECT_EQ(::read(alive_end.read.get(), &byte, 1), 0);
}

// One that ends at once may be a zombie before its start time is read: on a single CPU most are.
TEST(Spawn, KnowsAProgramThatHasEndedByItsStartTime) {
    cpu_set_t ours;
    ASSERT_EQ(::sched_getaffinity(0, sizeof ours, &ours), 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(::sched_getcpu(), &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    int nameless = 0;
    for (int round = 0; round < 50; ++round) {
        const Spawned child = spawn({{"/bin/true"}, {}, {}});
        nameless += child.id.start_time == 0;
        status_of(child);
    }
    EXPECT_EQ(nameless, 0);
    ::sched_setaffinity(0, sizeof ours, &ours);
}

TEST(Spawn, DiesWithItsParent) {
    child_follows(false);
}

TEST(Spawn, DiesWithAParentOutsideItsPidNamespace) {
    child_follows(true);
}

}  // namespace
}  // namespace phi
