// SPDX-License-Identifier: Apache-2.0
// The relay of a cell with a memory channel: a Linux guest that is played by the test on one side,
// the container's monitor on the other, and the model's tree in sysfs.
#include "plugins/common/channel/launch.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <runphi/memory_ring.h>
#include <sys/mman.h>
#include <runphi/sdk/socket.hpp>

#include <functional>
#include <thread>

#include "fake/jailhouse/server.hpp"
#include "plugins/common/channel/memory_source.hpp"
#include "plugins/jailhouse/channel/cell_watch.hpp"
#include "plugins/jailhouse/channel/memory.hpp"
#include "support/folder.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace runphi::common;
using namespace runphi::jailhouse;
using fake_jailhouse::Machine;
using phi::test::Folder;
using runphi::sdk::UniqueFd;

constexpr unsigned console = RUNPHI_MEMORY_CONSOLE, agent = RUNPHI_MEMORY_AGENT;
constexpr std::uint64_t address = 0x200001ff0000;

bool eventually(const std::function<bool()>& condition) {
    for (unsigned look = 0; look < 3000 && !condition(); ++look) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return condition();
}

class RelayOfLinux : public ::testing::Test {
  protected:
    RelayOfLinux()
        : server_(Machine(), folder_.path()),
          dir_(::open(folder_.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
          memory_(server_.memory(), address),
          theirs_(server_.memory(), address) {
        abi_.size = sizeof abi_;
        abi_.cache_dir = cache_.path().c_str();
        fake_jailhouse::Cell cell;
        cell.id = 1;
        cell.config.name = "c";
        cell.cpus = {2};
        server_.change([&](Machine& machine) { machine.cells().emplace(1, cell); });
        begin();
        console_ = connect(console_socket);
        agent_ = connect(agent_socket);
        watch_ = connect(watch_socket);
    }
    ~RelayOfLinux() override {
        set_state("failed");
        thread_.join();
    }

    Records records() const { return Records(runphi::sdk::Host(abi_)); }
    void begin() {
        RelayParts parts{std::make_unique<CellWatch>(records(), Tree(server_.sysfs()), 1, "c"),
                         runphi::sdk::listen_at(dir_.get(), console_socket),
                         runphi::sdk::listen_at(dir_.get(), agent_socket),
                         runphi::sdk::listen_at(dir_.get(), watch_socket),
                         std::make_unique<MemorySource>(memory_.get(), 7),
                         {}};
        // A relay is a process: what it holds goes with it.
        thread_ = std::thread([moved = std::make_shared<RelayParts>(std::move(parts))] {
            Relay(std::move(*moved)).run();
        });
        runphi_memory_begin_guest(&guest_, theirs_.get());
    }
    UniqueFd connect(const char* name) const {
        return runphi::sdk::connect_at(dir_.get(), name, "the relay");
    }
    void set_state(const std::string& state) {
        server_.change([&](Machine& machine) { machine.cells().at(1).state = state; });
    }
    void guest_sends(unsigned lane, std::string_view bytes) {
        while (!bytes.empty()) {
            bytes.remove_prefix(runphi_memory_send(&guest_, lane, bytes.data(),
                                                   static_cast<std::uint32_t>(bytes.size())));
        }
    }
    std::string guest_takes(unsigned lane, std::size_t length) {
        std::string out;
        char bytes[1000];
        while (out.size() < length) {
            out.append(bytes, runphi_memory_take(&guest_, lane, bytes, sizeof bytes));
        }
        return out;
    }
    // Everything up to the end, or so many bytes.
    static std::string read(const UniqueFd& from, std::size_t length = SIZE_MAX) {
        std::string out;
        char bytes[4096];
        while (out.size() < length) {
            const std::size_t most = std::min(sizeof bytes, length - out.size());
            const ssize_t got = ::read(from.get(), bytes, most);
            if (got <= 0) break;
            out.append(bytes, static_cast<std::size_t>(got));
        }
        return out;
    }
    // The relay hangs up when it has noted the end.
    End end() {
        EXPECT_EQ(read(watch_), "");
        return records().end("c").value_or(End{true, std::nullopt, "none is noted"});
    }

    Folder folder_, cache_;
    fake_jailhouse::Server server_;
    UniqueFd dir_;
    ChannelMemory memory_, theirs_;
    runphi_host abi_{};
    runphi_memory_end guest_{};
    UniqueFd console_, agent_, watch_;
    std::thread thread_;
};

TEST_F(RelayOfLinux, CarriesBothWays) {
    set_state("running");
    guest_sends(console, "output");
    guest_sends(agent, "hello");
    EXPECT_EQ(read(console_, 6), "output");
    EXPECT_EQ(read(agent_, 5), "hello");
    ASSERT_EQ(::write(console_.get(), "input", 5), 5);
    ASSERT_EQ(::write(agent_.get(), "signal", 6), 6);
    EXPECT_EQ(guest_takes(console, 5), "input");
    EXPECT_EQ(guest_takes(agent, 6), "signal");
}

TEST_F(RelayOfLinux, GuestTellsItsEnd) {
    set_state("running");
    guest_sends(console, std::string(10'000, 'w'));
    guest_sends(agent, "exit frame");
    runphi_memory_end_guest(&guest_, 7);
    const End told = end();
    EXPECT_FALSE(told.failed);
    EXPECT_EQ(told.exit_status, 7);
    // The monitor finds all that was said before.
    EXPECT_EQ(read(console_).size(), 10'000U);
    EXPECT_EQ(read(agent_), "exit frame");
}

TEST_F(RelayOfLinux, CellThatIsStopped) {
    set_state("running");
    EXPECT_TRUE(eventually([this] { return records().has_begun("c"); }));
    guest_sends(console, "last words");
    set_state("shut down");
    const End told = end();
    EXPECT_FALSE(told.failed);
    EXPECT_EQ(told.exit_status, std::nullopt);
    EXPECT_EQ(told.detail, "the cell's state is \"shut down\"");
    EXPECT_EQ(read(console_), "last words");
}

TEST_F(RelayOfLinux, CellThatFails) {
    server_.change([](Machine& machine) { machine.fail(machine.cells().at(1)); });
    const End told = end();
    EXPECT_TRUE(told.failed);
    EXPECT_EQ(told.detail, "the cell's state is \"failed\", failed CPUs 2");
}

TEST_F(RelayOfLinux, CellThatHasNotBegunHasNotEnded) {
    pollfd hung_up{watch_.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&hung_up, 1, 300), 0);
    records().set_begin("c", Records::Begin::begun);
    EXPECT_FALSE(end().failed);
}

// 16 KiB in the ring, a little in the relay, and the socket: then the guest waits.
TEST_F(RelayOfLinux, MonitorThatDoesNotReadHoldsTheGuestUp) {
    set_state("running");
    std::string sent;
    for (unsigned full = 0; full < 100;) {
        const std::string part(1000, static_cast<char>('a' + sent.size() / 1000 % 26));
        const auto put = runphi_memory_send(&guest_, console, part.data(), 1000);
        sent += part.substr(0, put);
        full = put == 0 ? full + 1 : 0;
        if (put == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_LT(sent.size(), 2'000'000U);
    EXPECT_TRUE(read(console_, sent.size()) == sent);
    guest_sends(agent, "goes on");
    EXPECT_EQ(read(agent_, 7), "goes on");
}

TEST_F(RelayOfLinux, GuestThatLiesLosesItsLaneOnly) {
    set_state("running");
    guest_.mine->sent[console] = 1'000'000;
    guest_sends(agent, "frame");
    EXPECT_EQ(read(agent_, 5), "frame");
    runphi_memory_end_guest(&guest_, 300);
    EXPECT_EQ(end().exit_status, 300 & 0xff);
    EXPECT_EQ(read(console_), "");
}

TEST_F(RelayOfLinux, NextMonitorFindsWhatTheLastOneHasLeft) {
    set_state("running");
    console_.reset();
    guest_sends(console, "for the next");
    console_ = connect(console_socket);
    EXPECT_EQ(read(console_, 12), "for the next");
}

TEST(ChannelMemory, RefusalNamesTheMemory) {
    const Folder folder;
    EXPECT_EQ(refusal([&] { ChannelMemory(folder.path() + "/none", address); }),
              "open " + folder.path() + "/none: no such file or directory");
    EXPECT_NE(refusal([&] {
                  ChannelMemory("/dev/null", address);
              }).find("map the memory channel, 0x200001ff0000 in /dev/null"),
              std::string::npos);
}

}  // namespace
}  // namespace jailhouse_test
