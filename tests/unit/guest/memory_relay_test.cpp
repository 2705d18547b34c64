// SPDX-License-Identifier: Apache-2.0
#include "guest/phi-init/memory_relay.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>

// phi-init's side of the memory channel: its thread, the sockets, and a host in this process or in
// another one.
namespace {

constexpr unsigned console = RUNPHI_MEMORY_CONSOLE, agent = RUNPHI_MEMORY_AGENT;

class GuestMemoryRelay : public ::testing::Test {
  protected:
    GuestMemoryRelay()
        : memory_(::mmap(nullptr, RUNPHI_MEMORY_CHANNEL_SIZE, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
        runphi_memory_begin_host(&host_, memory_, 1);
    }
    ~GuestMemoryRelay() override {
        end();
        ::munmap(memory_, RUNPHI_MEMORY_CHANNEL_SIZE);
    }

    void begin() {
        ASSERT_TRUE(phi_memory_relay_begin(&relay_, memory_, fds_));
        thread_ = std::thread([this] { phi_memory_relay_run(&relay_); });
    }
    // As phi-init does before it powers off.
    void end() {
        if (!thread_.joinable()) return;
        for (const int fd : fds_) ::shutdown(fd, SHUT_WR);
        thread_.join();
        for (const int fd : fds_) ::close(fd);
    }
    std::string host_takes(unsigned lane, std::size_t length) {
        std::string out(length, '\0');
        std::size_t have = 0;
        while (have < length) {
            const auto got = runphi_memory_take(&host_, lane, out.data() + have,
                                                static_cast<std::uint32_t>(length - have));
            have += got;
            if (got == 0) ::usleep(200);
        }
        return out;
    }
    std::string guest_reads(unsigned lane, std::size_t length) {
        std::string out(length, '\0');
        std::size_t have = 0;
        ::fcntl(fds_[lane], F_SETFL, 0);
        while (have < length) {
            const ssize_t got = ::read(fds_[lane], out.data() + have, length - have);
            if (got <= 0) break;
            have += static_cast<std::size_t>(got);
        }
        return out.substr(0, have);
    }

    void* memory_;
    runphi_memory_end host_{};
    phi_memory_relay relay_{};
    int fds_[RUNPHI_MEMORY_LANES] = {-1, -1};
    std::thread thread_;
};

std::string numbered(std::size_t length) {
    std::string out(length, '\0');
    for (std::size_t i = 0; i < length; ++i) out[i] = static_cast<char>(i % 253);
    return out;
}

TEST_F(GuestMemoryRelay, IsTwoStreams) {
    begin();
    EXPECT_EQ(::fcntl(fds_[console], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    ASSERT_EQ(::write(fds_[console], "output", 6), 6);
    ASSERT_EQ(::write(fds_[agent], "frame", 5), 5);
    EXPECT_EQ(host_takes(agent, 5), "frame");
    EXPECT_EQ(host_takes(console, 6), "output");
    runphi_memory_send(&host_, console, "input", 5);
    runphi_memory_send(&host_, agent, "signal", 6);
    EXPECT_EQ(guest_reads(console, 5), "input");
    EXPECT_EQ(guest_reads(agent, 6), "signal");
}

// A host that reads nothing makes the workload wait, and loses nothing.
TEST_F(GuestMemoryRelay, FloodWaitsForTheHost) {
    begin();
    const std::string flood = numbered(300'000);
    std::size_t written = 0;
    unsigned full = 0;
    while (full < 50) {
        const ssize_t put = ::write(fds_[console], flood.data() + written, 1000);
        if (put > 0) written += static_cast<std::size_t>(put);
        full = put > 0 ? 0 : full + 1;
        if (put <= 0) ::usleep(1000);
    }
    EXPECT_LT(written, 100'000U) << "what stands between the two is bounded";
    EXPECT_TRUE(host_takes(console, written) == flood.substr(0, written));
}

TEST_F(GuestMemoryRelay, EverythingIsInTheRingsWhenItEnds) {
    begin();
    const std::string last = numbered(5'000);
    ASSERT_EQ(::write(fds_[console], last.data(), last.size()), 5'000);
    ASSERT_EQ(::write(fds_[agent], "exit", 4), 4);
    end();
    runphi_memory_end_guest(&relay_.end, 7);
    EXPECT_EQ(runphi_memory_state(&host_), RUNPHI_MEMORY_ENDED | 7U << RUNPHI_MEMORY_STATUS_SHIFT);
    EXPECT_TRUE(host_takes(console, last.size()) == last);
    EXPECT_EQ(host_takes(agent, 4), "exit");
}

TEST_F(GuestMemoryRelay, InputOfAProcessThatReadsNothingDoesNotHoldUpTheOtherLane) {
    begin();
    const std::string much = numbered(RUNPHI_MEMORY_CONSOLE_TO_GUEST_SIZE);
    runphi_memory_send(&host_, console, much.data(), static_cast<std::uint32_t>(much.size()));
    runphi_memory_send(&host_, agent, "term", 4);
    EXPECT_EQ(guest_reads(agent, 4), "term");
    EXPECT_TRUE(guest_reads(console, much.size()) == much);
}

TEST_F(GuestMemoryRelay, HostInAnotherProcess) {
    const std::string bytes = numbered(1'000'000);
    const pid_t host = ::fork();
    if (host == 0) {
        const bool right = host_takes(console, bytes.size()) == bytes;
        runphi_memory_send(&host_, console, right ? "+" : "-", 1);
        ::_exit(0);
    }
    begin();
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t put = ::write(fds_[console], bytes.data() + at, bytes.size() - at);
        if (put > 0) at += static_cast<std::size_t>(put);
        if (put <= 0) ::usleep(200);
    }
    EXPECT_EQ(guest_reads(console, 1), "+");
    ::waitpid(host, nullptr, 0);
}

}  // namespace
