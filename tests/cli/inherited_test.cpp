// SPDX-License-Identifier: Apache-2.0
// The vanilla runc inherits from the caller what it would have without us: everything.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "echo_process.hpp"
#include "node.hpp"

namespace phi::test {
namespace {

// One call of our program, as the stand-in for runc saw it.
class Call {
  public:
    Call() : node_(ECHO_PROCESS) {}

    std::string name = "runc";
    std::vector<std::string> words{"state", "x"};
    std::vector<std::string> env;
    std::function<void()> before_exec = [] {};

    void start() {
        std::vector<std::string> all{"RUNPHI_CONFIG=" + node_.config()};
        all.insert(all.end(), env.begin(), env.end());
        std::vector<std::string> argv{name};
        argv.insert(argv.end(), words.begin(), words.end());
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::dup2(::open(out().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), 1);
        before_exec();
        ::execve(runphi_binary().c_str(), pointers(argv).data(), pointers(all).data());
        ::_exit(127);
    }
    // The exit status as a shell tells it.
    int wait() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    int run() {
        start();
        return wait();
    }
    pid_t pid() const { return pid_; }
    std::string out() const { return node_.dir() + "/out"; }
    std::vector<std::string> told(const std::string& kind) const {
        std::vector<std::string> found;
        const std::string all = read_text(out());
        for (const auto line : split(all, '\n'))
            if (line.starts_with(kind + " ")) found.emplace_back(line.substr(kind.size() + 1));
        return found;
    }
    const Node& node() const { return node_; }

  private:
    static std::vector<char*> pointers(const std::vector<std::string>& strings) {
        std::vector<char*> out;
        for (const auto& one : strings) out.push_back(const_cast<char*>(one.c_str()));
        out.push_back(nullptr);
        return out;
    }

    Node node_;
    pid_t pid_ = -1;
};

TEST(Inherited, TheNameItWasCalledBy) {
    for (const char* name : {"runc", "docker-runc", "/usr/bin/runphi", "any thing", ""}) {
        Call call;
        call.name = name;
        EXPECT_EQ(call.run(), echo_status);
        EXPECT_EQ(call.told("arg"), (std::vector<std::string>{name, "state", "x"}));
    }
}

TEST(Inherited, WordsAndOptionsThatWeDoNotKnow) {
    const std::vector<std::vector<std::string>> lines = {
        {"--root", "", "state", "x"},
        {"--some-new-option=1", "create", "x"},
        {"some-new-command", "--flag", "--", "", "x y", "\xff\xfe"},
        {"exec", "--new-flag", "x", "sh", "-c", "echo 'a b'"},
        {"update", "--cpu-burst", "5", "x"},
        {"-systemd-cgroup", "--criu=a", "kill", "x", "KILL"},
    };
    for (const auto& words : lines) {
        Call call;
        call.words = words;
        EXPECT_EQ(call.run(), echo_status) << words[0];
        std::vector<std::string> argv{"runc"};
        argv.insert(argv.end(), words.begin(), words.end());
        EXPECT_EQ(call.told("arg"), argv);
    }
}

TEST(Inherited, DescriptorsFromThreeOn) {
    Call call;
    call.words = {"run", "--preserve-fds", "3", "-b", call.node().bundle("b", ordinary_config()),
                  "x"};
    call.before_exec = [] {
        for (int fd = 3; fd < 256; ++fd) ::close(fd);
        for (const int fd : {3, 4, 5, 40}) ::dup2(0, fd);
    };
    EXPECT_EQ(call.run(), echo_status);
    EXPECT_EQ(call.told("fd"), (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "40"}));
}

TEST(Inherited, StandardDescriptorsThatAreClosed) {
    Call call;
    call.before_exec = [] {
        for (int fd = 3; fd < 256; ++fd) ::close(fd);
        ::close(0);
        ::close(2);
    };
    EXPECT_EQ(call.run(), echo_status);
    EXPECT_EQ(call.told("fd"), (std::vector<std::string>{"1"}));
}

TEST(Inherited, StandardInput) {
    const Node node(ECHO_PROCESS);
    const std::string settings = "RUNPHI_CONFIG=" + node.config();
    const Result result = run_program({runphi_binary(), "update", "-r", "-", "x"},
                                      {settings, "ECHO_INPUT=1"}, "{\"memory\": {}}\n");
    EXPECT_NE(result.out.find("\n{\"memory\": {}}\n"), std::string::npos) << result.out;
}

TEST(Inherited, DirectoryUmaskAndSignals) {
    Call call;
    call.before_exec = [] {
        if (::chdir("/proc") != 0) ::_exit(126);
        ::umask(0137);
        ::signal(SIGHUP, SIG_IGN);
        ::signal(SIGPIPE, SIG_IGN);
        ::signal(SIGCHLD, SIG_DFL);
        sigset_t blocked;
        sigemptyset(&blocked);
        sigaddset(&blocked, SIGUSR2);
        sigaddset(&blocked, SIGINT);
        ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
    };
    EXPECT_EQ(call.run(), echo_status);
    EXPECT_EQ(call.told("cwd"), std::vector<std::string>{"/proc"});
    EXPECT_EQ(call.told("umask"), std::vector<std::string>{"0137"});
    EXPECT_EQ(call.told("blocked"),
              (std::vector<std::string>{std::to_string(SIGINT), std::to_string(SIGUSR2)}));
    EXPECT_EQ(call.told("ignored"),
              (std::vector<std::string>{std::to_string(SIGHUP), std::to_string(SIGPIPE)}));
}

TEST(Inherited, AnEmptyEnvironment) {
    Call call;
    call.env = {"ODD", "=x", "A=1", "A=2"};
    EXPECT_EQ(call.run(), echo_status);
    auto env = call.told("env");
    ASSERT_EQ(env.size(), 5U);
    env.erase(env.begin());
    EXPECT_EQ(env, call.env);
}

TEST(Inherited, SignalsReachIt) {
    Call call;
    call.env = {"ECHO_WAIT=1"};
    call.start();
    ASSERT_TRUE(Sandbox::eventually([&] { return !call.told("waiting").empty(); }));
    EXPECT_EQ(call.told("waiting"), std::vector<std::string>{std::to_string(call.pid())})
        << "the process that the caller started is runc itself";
    ::kill(call.pid(), SIGUSR1);
    EXPECT_EQ(call.wait(), echo_status);
    EXPECT_EQ(call.told("signal"), std::vector<std::string>{std::to_string(SIGUSR1)});
}

TEST(Inherited, ItsDeathIsOurs) {
    Call call;
    call.env = {"ECHO_DIE=1"};
    EXPECT_EQ(call.run(), 128 + SIGTERM);
}

}  // namespace
}  // namespace phi::test
