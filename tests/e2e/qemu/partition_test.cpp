// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/agent.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "plugins/qemu/files.hpp"
#include "plugins/qemu/process.hpp"
#include "plugins/qemu/qmp.hpp"
#include "tests/unit/qemu/harness.hpp"

namespace qemu_test {
namespace {

using runphi::sdk::Code;
using runphi::sdk::Error;
using runphi::sdk::State;
using runphi::sdk::UniqueFd;

struct Guest {
    const char* arch;
    const char* form;  // "elf", "bin"
};

std::string inmate(const Guest& guest, const std::string& name) {
    return std::string(INMATES) + "/" + guest.arch + "/" + name + "." + guest.form;
}

class Inmates : public testing::TestWithParam<Guest> {
  protected:
    std::unique_ptr<TestPartition> partition_of(const std::string& name, Wish wish = {}) {
        wish.arch = GetParam().arch;
        std::vector<TestImage> images;
        images.push_back(open_image("inmate", inmate(GetParam(), name)));
        auto out = std::make_unique<TestPartition>(host, wish, std::move(images));
        out->create();
        return out;
    }
    TestHost host;
};

TEST_P(Inmates, PrintsAndPowersOff) {
    auto p = partition_of("print");
    EXPECT_EQ(p->query().state, State::created);
    const UniqueFd console = p->backend.console(host.host(), p->view());
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    p->backend.start(host.host(), p->view());
    const std::string said =
        TestPartition::read_until(console.get(), "(" + std::string(GetParam().arch) + ")");
    EXPECT_NE(said.find("hello from a bare-metal inmate"), std::string::npos) << said;
    const auto end = p->await_end(events.get());
    EXPECT_EQ(end.state, State::stopped) << end.detail;
    EXPECT_EQ(p->query().state, State::stopped) << "also for those who did not listen";
}

TEST_P(Inmates, TellsItsStatusToTheAgent) {
    auto p = partition_of("exit");
    const UniqueFd agent = p->backend.agent(host.host(), p->view());
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    p->backend.start(host.host(), p->view());
    EXPECT_EQ(p->await_end(events.get()).state, State::stopped);
    const std::string frame{static_cast<char>(RUNPHI_AGENT_MAGIC), RUNPHI_AGENT_EXIT, 1, 0, 7};
    const std::string heard = TestPartition::read_until(agent.get(), frame);
    EXPECT_NE(heard.find(frame), std::string::npos);
}

TEST_P(Inmates, ResetIsAFailure) {
    auto p = partition_of("reset");
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    p->backend.start(host.host(), p->view());
    const auto end = p->await_end(events.get());
    EXPECT_EQ(end.state, State::failed);
    EXPECT_NE(end.detail.find("guest-reset"), std::string::npos) << end.detail;
    EXPECT_EQ(p->query().state, State::failed);
}

std::string label(const testing::TestParamInfo<Guest>& tested) {
    return std::string(tested.param.arch) + "_" + tested.param.form;
}

INSTANTIATE_TEST_SUITE_P(Forms, Inmates,
                         testing::Values(Guest{"x86_64", "elf"}, Guest{"x86_64", "bin"},
                                         Guest{"aarch64", "elf"}, Guest{"aarch64", "bin"}),
                         label);

class Lifecycle : public testing::Test {
  protected:
    std::unique_ptr<TestPartition> spinning(const Wish& wish = {}) {
        std::vector<TestImage> images;
        images.push_back(open_image("inmate", std::string(INMATES) + "/x86_64/spin.elf"));
        auto out = std::make_unique<TestPartition>(host, wish, std::move(images));
        out->create();
        return out;
    }
    TestHost host;
};

bool has_process(int pid) {
    return ::kill(pid, 0) == 0;
}

TEST_F(Lifecycle, PausesAndResumes) {
    auto p = spinning();
    EXPECT_THROW(p->backend.resume(host.host(), p->view()), Error) << "not started yet";
    p->backend.start(host.host(), p->view());
    EXPECT_EQ(p->query().state, State::running);
    p->backend.pause(host.host(), p->view());
    p->backend.pause(host.host(), p->view());
    EXPECT_EQ(p->query().state, State::paused);
    p->backend.resume(host.host(), p->view());
    EXPECT_EQ(p->query().state, State::running);
}

TEST_F(Lifecycle, EventsFollowThePartition) {
    auto p = spinning();
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    EXPECT_EQ(p->backend.event(host.host(), p->view(), events.get()).state, State::created);
    p->backend.start(host.host(), p->view());
    EXPECT_EQ(p->backend.event(host.host(), p->view(), events.get()).state, State::running);
    p->backend.kill(host.host(), p->view());
    EXPECT_EQ(p->await_end(events.get()).state, State::stopped);
    EXPECT_EQ(p->query().detail, "killed on request");
    p->backend.kill(host.host(), p->view());
}

TEST_F(Lifecycle, AnEndThatNobodyWantedIsAFailure) {
    auto p = spinning();
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    p->backend.start(host.host(), p->view());
    ::kill(p->pid(), SIGKILL);
    EXPECT_EQ(p->await_end(events.get()).state, State::failed);
    EXPECT_THROW(p->backend.pause(host.host(), p->view()), Error);
}

TEST_F(Lifecycle, DestroyLeavesNothingAndIsIdempotent) {
    auto p = spinning();
    const int pid = p->pid();
    p->backend.start(host.host(), p->view());
    p->backend.destroy(host.host(), p->view());
    p->backend.destroy(host.host(), p->view());
    EXPECT_FALSE(has_process(pid));
    EXPECT_TRUE(std::filesystem::is_empty(p->dir()));
    EXPECT_EQ(p->query().state, State::absent);
}

TEST_F(Lifecycle, IsFoundByItsNameWithoutAHandle) {
    auto p = spinning();
    const int pid = p->pid();
    p->forget_handle();
    EXPECT_EQ(p->query().state, State::created);
    p->backend.destroy(host.host(), p->view());
    EXPECT_FALSE(has_process(pid));
}

TEST_F(Lifecycle, CreateReplacesAHalfMadeOne) {
    auto p = spinning();
    const int first = p->pid();
    p->forget_handle();
    p->create();
    EXPECT_FALSE(has_process(first));
    EXPECT_TRUE(has_process(p->pid()));
    EXPECT_EQ(runphi::qemu::find_processes(p->name()).size(), 1U);
}

TEST_F(Lifecycle, IsListed) {
    auto p = spinning();
    const auto state = [&] {
        for (const auto& one : p->backend.list(host.host())) {
            if (one.name == p->name()) return one.state;
        }
        return State::absent;
    };
    EXPECT_EQ(state(), State::created);
    p->backend.start(host.host(), p->view());
    EXPECT_EQ(state(), State::running);
    p->backend.kill(host.host(), p->view());
    EXPECT_EQ(state(), State::absent) << "killed";
}

TEST_F(Lifecycle, SocketsAndFilesAreRootsAlone) {
    auto p = spinning();
    for (const char* name :
         {runphi::qemu::qmp_socket, runphi::qemu::events_socket, runphi::qemu::console_socket,
          runphi::qemu::agent_socket, runphi::qemu::log_file}) {
        struct stat info {};
        ASSERT_EQ(::stat((p->dir() + "/" + name).c_str(), &info), 0) << name;
        EXPECT_EQ(info.st_mode & 0777, 0600U) << name;
    }
    const std::string args = runphi::qemu::read_small(p->dir() + "/" + p->name() + ".args");
    EXPECT_NE(args.find("\n-name\nguest=runphi-" + p->name() + "\n"), std::string::npos) << args;
}

// The CPUs that we may run on.
std::vector<unsigned> allowed_cpus() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    ::sched_getaffinity(0, sizeof allowed, &allowed);
    std::vector<unsigned> out;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed)) out.push_back(cpu);
    }
    return out;
}

// Every thread of the process stays on this CPU.
void expect_all_on(int pid, unsigned cpu) {
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        cpu_set_t set;
        ASSERT_EQ(::sched_getaffinity(std::stoi(task.path().filename()), sizeof set, &set), 0);
        EXPECT_EQ(CPU_COUNT(&set), 1);
        EXPECT_TRUE(CPU_ISSET(cpu, &set));
    }
}

TEST_F(Lifecycle, PinsToTheGrantedCpus) {
    Wish wish;
    wish.cpus = {allowed_cpus().back()};
    auto p = spinning(wish);
    expect_all_on(p->pid(), wish.cpus[0]);
}

TEST_F(Lifecycle, MovesToOtherCpusWhileItRuns) {
    const auto allowed = allowed_cpus();
    Wish wish;
    wish.cpus = {allowed.front()};
    auto p = spinning(wish);
    p->backend.start(host.host(), p->view());
    std::vector<TestImage> images;
    images.push_back(open_image("inmate", std::string(INMATES) + "/x86_64/spin.elf"));
    wish.cpus = {allowed.back()};
    const std::string plan = make_plan(host, wish, p->name(), images);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(p->backend.update(host.host(), p->view(), plan), "");
        expect_all_on(p->pid(), allowed.back());
    }
    EXPECT_EQ(p->query().state, State::running);
    EXPECT_EQ(p->backend.update(host.host(), p->view(), p->view().plan), "");
    expect_all_on(p->pid(), allowed.front());

    wish.memory = 128ULL << 20;
    const std::string larger = make_plan(host, wish, p->name(), images);
    try {
        p->backend.update(host.host(), p->view(), larger);
        FAIL() << "memory cannot grow";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unsupported);
    }
    p->backend.kill(host.host(), p->view());
    EXPECT_THROW(p->backend.update(host.host(), p->view(), plan), Error);
}

TEST_F(Lifecycle, SaysWhatItCosts) {
    auto p = spinning();
    p->backend.start(host.host(), p->view());
    const runphi::sdk::JsonDocument stats(p->backend.stats(host.host(), p->view()), "stats");
    EXPECT_GT(stats.root().at("memory").at("usage").u64(), 1U << 20);
    EXPECT_EQ(stats.root().at("memory").at("limit").u64(), 64U << 20);
}

TEST_F(Lifecycle, CannotAskAnInmateToStop) {
    auto p = spinning();
    p->backend.start(host.host(), p->view());
    try {
        p->backend.stop(host.host(), p->view());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unsupported);
    }
}

// The monitor is a process that can be killed: QEMU goes with it.
TEST_F(Lifecycle, DoesNotOutliveTheProcessThatMadeIt) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto p = spinning();
        p->backend.start(host.host(), p->view());
        const int pid = p->pid();
        if (::write(ends[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
        ::pause();
        ::_exit(0);
    }
    int pid = 0;
    ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    EXPECT_TRUE(has_process(pid));
    phi::UniqueFd watch(runphi::qemu::open_process(
                            runphi::qemu::find_processes(
                                "test-" + std::filesystem::path(host.folder()).filename().string())
                                .at(0)
                                .process)
                            .release());
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    // Readable when the process has ended.
    EXPECT_NE(TestPartition::read_until(watch.get(), "never"), "never");
    EXPECT_TRUE(
        runphi::qemu::find_processes(std::filesystem::path(host.folder()).filename()).empty());
}

TEST_F(Lifecycle, QemusOwnWordsReachTheUser) {
    host.set_settings(R"({"accel":"tcg","emulator":{"x86_64":"/bin/false"}})");
    try {
        spinning();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "QEMU did not start: it ended without a word");
    }
}

}  // namespace
}  // namespace qemu_test
