// SPDX-License-Identifier: Apache-2.0
// The adapter over the fake hypervisor: the whole way of a partition, as the monitor goes it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <runphi/abi.h>
#include <runphi/agent.h>
#include <unistd.h>

#include "core/fs/file.hpp"
#include "unit/backend/node.hpp"

namespace {

using phi::Code;
using phi::UniqueFd;
using phi::backend::Backend;
using phi::backend::Partition;
using phi::backend::State;
using phi::backend::Status;
using test::error_of;
using test::Node;

class Fake : public testing::Test {
  protected:
    void SetUp() override {
        node_.settings.backends_dir = BACKENDS;
        load("{}");
        dir_ = node_.path() + "/partition";
        dir_fd_ = phi::make_directories(dir_);
    }
    void TearDown() override {
        load("{}");
        backend_->destroy(partition());
    }

    void load(const std::string& settings) {
        node_.settings.backend_settings["fake"] = settings;
        backend_ = node_.load("fake");
    }
    Partition partition(const std::string& name = "p1") const {
        return {name,
                dir_,
                dir_fd_.get(),
                {},
                R"({"id":"p1","partition":"p1","arch":"x86_64","kind":")" + kind_ +
                    R"(","grant":{"cpu_count":1,"memory":[]},"boot":{}})"};
    }
    void create(const std::string& script) {
        std::vector<phi::boot::Image> images(1);
        images[0].role = kind_ == "inmate" ? "inmate" : "kernel";
        images[0].fd = phi::memory_file("script", script);
        images[0].length = script.size();
        backend_->create(partition(), images);
    }
    State state() { return backend_->query(partition()).state; }
    // `count` bytes, or what comes before the end.
    static std::string read(const UniqueFd& from, std::size_t count) {
        std::string out;
        char buffer[4096];
        while (out.size() < count && ready(from)) {
            const ssize_t got =
                ::read(from.get(), buffer, std::min(sizeof buffer, count - out.size()));
            if (got <= 0) break;
            out.append(buffer, static_cast<std::size_t>(got));
        }
        return out;
    }
    static void send(const UniqueFd& to, const std::string& bytes) {
        ASSERT_EQ(::write(to.get(), bytes.data(), bytes.size()),
                  static_cast<ssize_t>(bytes.size()));
    }
    // A failed test rather than one that never ends.
    static bool ready(const UniqueFd& fd) {
        pollfd waiting{fd.get(), POLLIN, 0};
        return ::poll(&waiting, 1, 60'000) > 0;
    }
    Status end_of(const UniqueFd& waiting) {
        Status status = backend_->query(partition());
        while (status.state == State::created || status.state == State::running) {
            if (!ready(waiting)) return status;
            status = backend_->event(partition(), waiting.get());
        }
        return status;
    }
    static std::string frame(int type, const std::string& payload) {
        return std::string("\xa7") + static_cast<char>(type) + static_cast<char>(payload.size()) +
               '\0' + payload;
    }

    Node node_;
    std::unique_ptr<Backend> backend_;
    std::string dir_;
    UniqueFd dir_fd_;
    std::string kind_ = "inmate";
};

TEST_F(Fake, RunsAScriptFromCreateToDestroy) {
    create("print one\nprint two\nexit 3\n");
    EXPECT_EQ(state(), State::created);
    const UniqueFd console = backend_->console(partition());
    const UniqueFd agent = backend_->agent(partition());
    const UniqueFd waiting = backend_->wait(partition());
    backend_->start(partition());
    EXPECT_EQ(read(console, 8), "one\ntwo\n");
    EXPECT_EQ(read(agent, 5), frame(RUNPHI_AGENT_EXIT, "\x03"));
    const Status end = end_of(waiting);
    EXPECT_EQ(end.state, State::stopped);
    ASSERT_TRUE(end.has_exit);
    EXPECT_EQ(end.exit_status, 3);
    backend_->destroy(partition());
    backend_->destroy(partition());
    EXPECT_EQ(state(), State::absent);
    EXPECT_TRUE(backend_->list().empty());
    EXPECT_TRUE(std::filesystem::is_empty(dir_));
}

TEST_F(Fake, EndsInEveryWay) {
    const struct {
        const char* script;
        State state;
    } ways[] = {{"poweroff", State::stopped}, {"crash", State::failed}, {"", State::stopped}};
    for (const auto& way : ways) {
        create(way.script);
        const UniqueFd waiting = backend_->wait(partition());
        backend_->start(partition());
        const Status end = end_of(waiting);
        EXPECT_EQ(end.state, way.state) << way.script;
        EXPECT_FALSE(end.has_exit) << way.script;
        backend_->destroy(partition());
    }
}

TEST_F(Fake, StopsWhenAskedUnlessItIsDeaf) {
    create("spin");
    UniqueFd waiting = backend_->wait(partition());
    backend_->start(partition());
    backend_->stop(partition());
    EXPECT_EQ(end_of(waiting).state, State::stopped);

    create("deaf\nprint deaf\nspin");
    const UniqueFd console = backend_->console(partition());
    backend_->start(partition());
    EXPECT_EQ(read(console, 5), "deaf\n");
    backend_->stop(partition());
    EXPECT_EQ(state(), State::running);
    waiting = backend_->wait(partition());
    backend_->kill(partition());
    EXPECT_EQ(end_of(waiting).state, State::absent);
    backend_->kill(partition());
}

TEST_F(Fake, PausesAndResumes) {
    create("echo");
    const UniqueFd console = backend_->console(partition());
    EXPECT_EQ(error_of([&] { backend_->pause(partition()); }).code(), Code::invalid);
    backend_->start(partition());
    backend_->pause(partition());
    EXPECT_EQ(state(), State::paused);
    EXPECT_EQ(backend_->list().at(0).state, State::paused);
    send(console, "x");
    backend_->resume(partition());
    EXPECT_EQ(state(), State::running);
    EXPECT_EQ(read(console, 1), "x");
    EXPECT_EQ(error_of([&] { backend_->start(partition()); }).code(), Code::invalid);
}

TEST_F(Fake, EchoesUntilTheEndOfInput) {
    create("echo\nprint end\nexit 0");
    const UniqueFd console = backend_->console(partition());
    const UniqueFd agent = backend_->agent(partition());
    backend_->start(partition());
    EXPECT_EQ(read(agent, 5), frame(RUNPHI_AGENT_HELLO, {RUNPHI_AGENT_VERSION}));
    // The end comes before the bytes that it counts.
    send(agent, frame(RUNPHI_AGENT_EOF, std::string("\x05\0\0\0\0\0\0\0", 8)));
    send(console, "12345");
    EXPECT_EQ(read(console, 9), "12345end\n");
    EXPECT_EQ(read(agent, 5), frame(RUNPHI_AGENT_EXIT, std::string(1, '\0')));
}

TEST_F(Fake, HearsSignals) {
    create("wait-signal\nwait-resize\nspin");
    const UniqueFd console = backend_->console(partition());
    const UniqueFd agent = backend_->agent(partition());
    const UniqueFd waiting = backend_->wait(partition());
    backend_->start(partition());
    send(agent, "noise" + frame(RUNPHI_AGENT_SIGNAL, "\x0a"));
    EXPECT_EQ(read(console, 10), "signal 10\n");
    send(agent, frame(RUNPHI_AGENT_RESIZE, std::string("\x18\0\x50\0", 4)));
    EXPECT_EQ(read(console, 13), "resize 24 80\n");
    send(agent, frame(RUNPHI_AGENT_SIGNAL, "\x0f"));
    EXPECT_EQ(end_of(waiting).exit_status, 143);
}

TEST_F(Fake, FloodsAsFastAsItIsRead) {
    create("flood 1024\nexit 0");
    const UniqueFd console = backend_->console(partition());
    const UniqueFd waiting = backend_->wait(partition());
    backend_->start(partition());
    const std::string all = read(console, 1U << 20);
    EXPECT_EQ(all.size(), 1U << 20);
    EXPECT_EQ(all.substr(all.size() - 6), "16383\n");
    EXPECT_EQ(end_of(waiting).state, State::stopped);
}

TEST_F(Fake, LinuxGuestsGreet) {
    kind_ = "linux";
    create("spin");
    const UniqueFd agent = backend_->agent(partition());
    backend_->start(partition());
    EXPECT_EQ(read(agent, 5), frame(RUNPHI_AGENT_HELLO, {RUNPHI_AGENT_VERSION}));
}

TEST_F(Fake, ListKnowsOnlyItsOwnStateFolder) {
    create("spin");
    EXPECT_EQ(backend_->list().size(), 1U);
    EXPECT_EQ(backend_->list()[0].name, "p1");
    Node other;
    other.settings.backends_dir = BACKENDS;
    EXPECT_TRUE(other.load("fake")->list().empty());
    EXPECT_EQ(other.load("fake")->query(partition()).state, State::absent);
}

TEST_F(Fake, FaultsCanBePutIn) {
    load(R"({"fail": {"create": 8, "probe": 10}, "hang": ["start"], "capabilities": 0})");
    EXPECT_EQ(error_of([&] { create("spin"); }).code(), Code::timeout);
    EXPECT_EQ(error_of([&] { backend_->probe(); }).code(), Code::hypervisor);
    backend_->set_deadline(phi::Deadline::in(std::chrono::milliseconds(1)));
    EXPECT_EQ(error_of([&] { backend_->start(partition()); }).code(), Code::timeout);
    load(R"({"fail": {"create.late": 9}})");
    EXPECT_EQ(error_of([&] { create("spin"); }).code(), Code::io);
    EXPECT_EQ(state(), State::created);  // half made
    backend_->destroy(partition());
    EXPECT_EQ(state(), State::absent);
    load(R"({"present": false})");
    EXPECT_FALSE(backend_->probe().present);
    load(R"({"typo": 1})");
    EXPECT_EQ(error_of([&] { backend_->probe(); }).code(), Code::invalid);
}

TEST_F(Fake, ABadScriptNamesItsLine) {
    const auto plan = [&](const std::string& script) {
        std::vector<phi::boot::Image> images(1);
        images[0].role = "inmate";
        images[0].fd = phi::memory_file("script", script);
        return backend_->plan_stage(phi::backend::Stage::boot, "{}", "{}", images);
    };
    EXPECT_EQ(plan("print x\n\n# no\nspin"), R"({"script":"inmate","instructions":2})");
    EXPECT_NE(error_of([&] { plan("print x\njump 3"); }).message().find("line 2"),
              std::string::npos);
    for (const char* script : {"exit", "exit 256", "exit -1", "exit 1x", "spin 3",
                               "\x7f"
                               "ELF"}) {
        EXPECT_EQ(error_of([&] { plan(script); }).code(), Code::invalid) << script;
    }
}

}  // namespace
