// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/memory_ring.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <string>

namespace {

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

  private:
    std::mt19937 engine_;
};

constexpr unsigned console = RUNPHI_MEMORY_CONSOLE, agent = RUNPHI_MEMORY_AGENT;

// Memory that a child shares, full of what somebody has left there.
class MemoryChannel : public ::testing::Test {
  protected:
    MemoryChannel()
        : memory_(::mmap(nullptr, RUNPHI_MEMORY_CHANNEL_SIZE, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
        std::memset(memory_, 0xa5, RUNPHI_MEMORY_CHANNEL_SIZE);
        runphi_memory_begin_host(&host_, memory_, 7);
        runphi_memory_begin_guest(&guest_, memory_);
    }
    ~MemoryChannel() override { ::munmap(memory_, RUNPHI_MEMORY_CHANNEL_SIZE); }

    volatile runphi_memory_side& side(std::size_t offset) {
        return *reinterpret_cast<volatile runphi_memory_side*>(static_cast<char*>(memory_) +
                                                               offset);
    }
    volatile runphi_memory_side& hosts() { return side(RUNPHI_MEMORY_HOST_SIDE); }
    volatile runphi_memory_side& guests() { return side(RUNPHI_MEMORY_GUEST_SIDE); }

    static std::uint32_t send(runphi_memory_end& end, unsigned lane, const std::string& bytes) {
        return runphi_memory_send(&end, lane, bytes.data(),
                                  static_cast<std::uint32_t>(bytes.size()));
    }
    static std::string take(runphi_memory_end& end, unsigned lane, std::size_t room = 100'000) {
        std::string out(room, '\0');
        out.resize(
            runphi_memory_take(&end, lane, out.data(), static_cast<std::uint32_t>(out.size())));
        return out;
    }

    void* memory_;
    runphi_memory_end host_{}, guest_{};
};

TEST_F(MemoryChannel, CarriesBothLanesBothWays) {
    EXPECT_EQ(take(host_, console), "");
    EXPECT_EQ(send(guest_, console, "to the host"), 11U);
    EXPECT_EQ(send(guest_, agent, "frame"), 5U);
    EXPECT_EQ(send(host_, console, "input"), 5U);
    EXPECT_EQ(take(host_, console, 3), "to ");
    EXPECT_EQ(take(host_, console), "the host");
    EXPECT_EQ(take(host_, agent), "frame");
    EXPECT_FALSE(runphi_memory_all_taken(&host_, console));
    EXPECT_EQ(take(guest_, console), "input");
    EXPECT_TRUE(runphi_memory_all_taken(&host_, console));
    EXPECT_EQ(take(guest_, agent), "");
}

TEST_F(MemoryChannel, TakesNoMoreThanTheRingHolds) {
    const std::string flood(RUNPHI_MEMORY_CONSOLE_TO_HOST_SIZE + 1, 'f');
    EXPECT_EQ(send(guest_, console, flood), flood.size() - 1);
    EXPECT_EQ(runphi_memory_room(&guest_, console), 0U);
    EXPECT_EQ(send(guest_, console, "x"), 0U);
    EXPECT_EQ(take(host_, console, 10), std::string(10, 'f'));
    EXPECT_EQ(runphi_memory_room(&guest_, console), 10U);
    EXPECT_EQ(send(guest_, console, "0123456789ABC"), 10U);
    EXPECT_EQ(take(host_, console).substr(flood.size() - 11), "0123456789");
}

// Lengths and positions of all alignments, around the ring's end and around 2^32.
TEST_F(MemoryChannel, StreamIsWholeWhateverTheChunks) {
    constexpr std::uint32_t begin = UINT32_MAX - 50'000;
    for (auto* end : {&host_, &guest_}) {
        end->lanes[agent].sent = end->lanes[agent].taken = begin;
        end->mine->sent[agent] = begin;
        end->mine->taken[agent] = begin;
    }
    Random random(1);
    std::string sent, taken;
    while (sent.size() < 200'000) {
        std::string part(random() % 5000, '\0');
        for (char& one : part) one = static_cast<char>(random());
        part.resize(send(host_, agent, part));
        sent += part;
        taken += take(guest_, agent, random() % 6000);
    }
    taken += take(guest_, agent);
    EXPECT_TRUE(sent == taken);
}

TEST_F(MemoryChannel, TellsTheEnd) {
    EXPECT_EQ(runphi_memory_state(&host_), 1U * RUNPHI_MEMORY_UP);
    runphi_memory_end_guest(&guest_, 7);
    EXPECT_EQ(runphi_memory_state(&host_), RUNPHI_MEMORY_ENDED | 7U << RUNPHI_MEMORY_STATUS_SHIFT);
    // The next life knows nothing of it.
    runphi_memory_begin_host(&host_, memory_, 8);
    EXPECT_EQ(runphi_memory_state(&host_), 1U * RUNPHI_MEMORY_ABSENT);
}

TEST_F(MemoryChannel, SideOfAnotherGenerationIsAbsent) {
    guests().generation = 6;
    EXPECT_EQ(runphi_memory_state(&host_), 1U * RUNPHI_MEMORY_ABSENT);
}

TEST_F(MemoryChannel, GuestThatComesUpAgainGoesOn) {
    send(guest_, console, "before ");
    send(host_, console, "for it");
    runphi_memory_end again{};
    runphi_memory_begin_guest(&again, memory_);
    send(again, console, "and after");
    EXPECT_EQ(take(host_, console), "before and after");
    EXPECT_EQ(take(again, console), "for it");
}

TEST_F(MemoryChannel, HangUpIsSeenBehindTheBytes) {
    send(guest_, console, "last words");
    runphi_memory_hang_up(&guest_, console);
    EXPECT_TRUE(runphi_memory_is_hung_up(&host_, console));
    EXPECT_FALSE(runphi_memory_is_hung_up(&host_, agent));
    EXPECT_EQ(take(host_, console), "last words");
    EXPECT_EQ(send(guest_, console, "more"), 0U);
}

TEST_F(MemoryChannel, OnlyAChannelIsOne) {
    EXPECT_TRUE(runphi_memory_is_channel(memory_));
    hosts().version = 2;
    EXPECT_FALSE(runphi_memory_is_channel(memory_));
    hosts().version = 1;
    hosts().generation = 0;
    EXPECT_FALSE(runphi_memory_is_channel(memory_));
    std::memset(memory_, 0xff, RUNPHI_MEMORY_CHANNEL_SIZE);
    EXPECT_FALSE(runphi_memory_is_channel(memory_));
}

// ---- a counterpart that lies

TEST_F(MemoryChannel, MoreThanTheRingHoldsBreaksTheLane) {
    guests().sent[console] = RUNPHI_MEMORY_CONSOLE_TO_HOST_SIZE + 1;
    EXPECT_EQ(take(host_, console), "");
    EXPECT_TRUE(runphi_memory_is_hung_up(&host_, console));
    guests().sent[console] = 1;
    EXPECT_EQ(take(host_, console), "") << "for good";
    send(guest_, agent, "fine");
    EXPECT_EQ(take(host_, agent), "fine") << "and no other one";
}

TEST_F(MemoryChannel, MoreTakenThanSentBreaksTheLane) {
    guests().taken[agent] = 1;
    EXPECT_EQ(send(host_, agent, "frame"), 0U);
    EXPECT_TRUE(runphi_memory_is_hung_up(&host_, agent));
}

TEST_F(MemoryChannel, NumbersOfOursThatTheGuestWritesDoNotCount) {
    send(guest_, console, "abc");
    hosts().taken[console] = 12345;
    hosts().sent[console] = 12345;
    EXPECT_EQ(take(host_, console), "abc");
    EXPECT_EQ(hosts().taken[console], 3U) << "they are put right";
    EXPECT_EQ(send(host_, console, "x"), 1U);
    EXPECT_EQ(hosts().sent[console], 1U);
}

TEST_F(MemoryChannel, AnyNumbersLeaveTheHostWhole) {
    Random random(2);
    for (unsigned turn = 0; turn < 20'000; ++turn) {
        auto* at = static_cast<std::uint32_t*>(memory_);
        at[random() % (RUNPHI_MEMORY_CHANNEL_SIZE / 4)] = random();
        guests().sent[turn % 2] = random() % 3 == 0 ? random() : host_.lanes[turn % 2].taken + 5;
        guests().taken[turn % 2] = random() % 3 == 0 ? random() : host_.lanes[turn % 2].sent - 3;
        EXPECT_LE(take(host_, turn % 2, 100).size(), 100U);
        EXPECT_LE(send(host_, turn % 2, "some bytes"), 10U);
        if (turn % 10 == 0) host_.lanes[turn % 2].broken = false;
    }
}

// ---- two processes

TEST_F(MemoryChannel, BetweenTwoProcesses) {
    constexpr unsigned total = 3'000'000;
    const pid_t child = ::fork();
    if (child == 0) {
        std::string part;
        for (unsigned next = 0; next < total;) {
            if (part.empty()) {
                for (unsigned i = 0; i < 1000; ++i) part += static_cast<char>((next + i) % 251);
            }
            const auto put = send(guest_, console, part);
            if (put == 0) ::usleep(100);
            next += put;
            part.erase(0, put);
        }
        runphi_memory_end_guest(&guest_, 3);
        ::_exit(0);
    }
    unsigned next = 0;
    bool right = true;
    while (right && next < total) {
        const std::string got = take(host_, console, 777);
        if (got.empty()) ::usleep(100);
        for (const char one : got) right = right && one == static_cast<char>(next++ % 251);
    }
    EXPECT_TRUE(right) << "byte " << next;
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(runphi_memory_state(&host_) >> RUNPHI_MEMORY_STATUS_SHIFT, 3U);
}

}  // namespace
