// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/sdk/process.hpp>

#include <algorithm>

namespace {

using namespace runphi::sdk;

// A child that waits until it is killed.
class Child {
  public:
    Child() : pid_(::fork()) {
        if (pid_ == 0) {
            while (true) ::pause();
        }
        id_ = {pid_, process_stat(pid_)->start_time};
    }
    ~Child() { reap(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    const ProcessId& id() const { return id_; }
    void kill_and_keep() {
        const UniqueFd fd = open_process(id_);
        send_signal(id_, SIGKILL);
        pollfd ended{fd.get(), POLLIN, 0};
        ::poll(&ended, 1, -1);
    }
    void reap() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

  private:
    pid_t pid_;
    ProcessId id_;
};

bool is_running(const ProcessId& process) {
    const auto all = running_processes();
    return std::any_of(all.begin(), all.end(), [&](const ProcessId& one) {
        return one.pid == process.pid && one.start_time == process.start_time;
    });
}

TEST(Process, StatHasTheFields) {
    const Child child;
    const auto stat = process_stat(child.id());
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->parent, ::getpid());
    EXPECT_GT(stat->start_time, 0U);
    EXPECT_FALSE(stat->ended());
    EXPECT_TRUE(is_running(child.id()));
}

TEST(Process, ALaterOneWithItsPidIsAnother) {
    const Child child;
    const ProcessId earlier{child.id().pid, child.id().start_time - 1};
    EXPECT_FALSE(process_runs(earlier));
    EXPECT_FALSE(open_process(earlier));
    EXPECT_FALSE(send_signal(earlier, SIGKILL));
    EXPECT_TRUE(process_runs(child.id()));
}

TEST(Process, ZombieHasEndedAndTellsItsStatus) {
    Child child;
    child.kill_and_keep();
    const auto stat = process_stat(child.id());
    ASSERT_TRUE(stat);
    EXPECT_TRUE(stat->ended());
    EXPECT_EQ(WTERMSIG(stat->exit_code), SIGKILL);
    EXPECT_FALSE(process_runs(child.id()));
    EXPECT_FALSE(is_running(child.id()));
}

TEST(Process, NoProcessIsNone) {
    EXPECT_FALSE(process_stat(0));
    EXPECT_FALSE(process_stat(-1));
    EXPECT_FALSE(open_process({0, 0}));
    EXPECT_TRUE(process_arguments(0).empty());
}

TEST(Process, ArgumentsOfThisOne) {
    const auto arguments = process_arguments(::getpid());
    // The first one, unless an emulator or the dynamic linker was started with it.
    EXPECT_TRUE(std::any_of(arguments.begin(), arguments.end(), [](const std::string& one) {
        return one.find("test_plugin_api") != std::string::npos;
    }));
}

}  // namespace
