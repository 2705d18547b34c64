// SPDX-License-Identifier: Apache-2.0
// The stub for real: it is told what to run, and takes the CPU and the memory back.
#include <gtest/gtest.h>

#include <functional>
#include <runphi/sdk.hpp>

#include "machine.hpp"

namespace phi::test {
namespace {

using runphi::bao::SlotState;
using runphi::bao::SlotStatus;
using runphi::bao::Window;
namespace sdk = runphi::sdk;

constexpr int patience_ms = SlotMachine::patience_ms;

// Instructions as they stand in memory.
std::string code(std::initializer_list<std::uint32_t> words) {
    std::string out;
    for (const std::uint32_t word : words) {
        for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(word >> shift & 0xff);
    }
    return out;
}

std::string message_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const sdk::Error& error) {
        return error.message();
    }
    return "";
}

class SlotStub : public testing::Test {
  protected:
    void load(const std::string& image, std::uint64_t target = SlotMachine::ram) {
        window_.load({{image.data(), image.size(), target}}, patience_ms);
    }
    void start(std::uint64_t entry = SlotMachine::ram) {
        machine_.open_channel(++run_);
        window_.start(entry, SlotMachine::window_base, run_, patience_ms);
    }
    void run(const std::string& image) {
        window_.reset(patience_ms);
        load(image);
        start();
    }
    bool memory_is_zero() const {
        return machine_.is_zero(SlotMachine::ram, SlotMachine::ram_size) &&
               machine_.is_zero(SlotMachine::second, SlotMachine::second_size);
    }

    SlotMachine machine_;
    Window window_ = machine_.window();
    std::uint32_t run_ = 0;
};

TEST_F(SlotStub, BootsIdleWithCleanMemory) {
    const SlotStatus now = machine_.status();
    EXPECT_EQ(now.state, SlotState::idle);
    EXPECT_EQ(now.boots, 1U);
    EXPECT_EQ(now.runs, 0U);
    ASSERT_EQ(now.ram.size(), 2U);
    EXPECT_EQ(now.ram[1].base, SlotMachine::second);
    EXPECT_TRUE(memory_is_zero());
    EXPECT_EQ(machine_.bytes(SlotMachine::second + SlotMachine::second_size, 1), "\xa5");
    EXPECT_TRUE(window_.answers(patience_ms));
    const std::uint64_t ticks = now.ticks;
    window_.reset(patience_ms);
    EXPECT_GT(machine_.status().ticks, ticks);
}

// Start, console, exit status, scrubbed memory, and once more.
TEST_F(SlotStub, RunsGuestsOneAfterTheOther) {
    for (std::uint32_t run = 1; run <= 3; ++run) {
        this->run(slot_inmate("exit"));
        EXPECT_EQ(machine_.console_until("Bao)\n"),
                  "hello from a bare-metal inmate (aarch64, Bao)\n");
        ASSERT_TRUE(machine_.reaches(SlotState::exited));
        const SlotStatus now = machine_.status();
        EXPECT_EQ(now.exit_code, 7);
        EXPECT_EQ(now.runs, run);
        EXPECT_EQ(now.run, run);
        EXPECT_TRUE(memory_is_zero());
    }
    EXPECT_EQ(machine_.status().boots, 1U);
}

TEST_F(SlotStub, StopsAGuestThatListens) {
    run(slot_inmate("echo"));
    machine_.send(RUNPHI_MEMORY_CONSOLE, "over the ring");
    EXPECT_NE(machine_.console_until("over the ring").find("over the ring"), std::string::npos);
    EXPECT_EQ(machine_.status().state, SlotState::running);
    const auto beats = window_.beats();
    ASSERT_TRUE(beats);
    EXPECT_GT(beats->interval_ms, 0U);
    EXPECT_GT(beats->count, 0U);
    window_.ask_to_stop();
    ASSERT_TRUE(machine_.reaches(SlotState::exited));
    EXPECT_EQ(machine_.status().exit_code, 143);
    EXPECT_TRUE(memory_is_zero());
    run(slot_inmate("exit"));
    ASSERT_TRUE(machine_.reaches(SlotState::exited));
    EXPECT_EQ(machine_.status().exit_code, 7);
}

TEST_F(SlotStub, DeafGuestStaysWhereItIs) {
    run(slot_inmate("spin"));
    machine_.console_until("Bao)\n");
    window_.ask_to_stop();
    EXPECT_FALSE(window_.answers(50));
    EXPECT_EQ(machine_.status().state, SlotState::running);
    EXPECT_FALSE(window_.beats());
    EXPECT_NE(message_of([&] { window_.reset(50); }), "");
}

TEST_F(SlotStub, CrashesComeBack) {
    run(slot_inmate("crash"));  // has vectors of its own, and says so
    ASSERT_TRUE(machine_.reaches(SlotState::faulted));
    EXPECT_EQ(machine_.status().fault.syndrome, 0U);
    run(code({0}));  // udf #0
    ASSERT_TRUE(machine_.reaches(SlotState::faulted));
    const SlotStatus now = machine_.status();
    EXPECT_EQ(now.fault.address, SlotMachine::ram);
    EXPECT_NE(now.fault.syndrome, 0U);
    EXPECT_TRUE(memory_is_zero());
    run(slot_inmate("exit"));
    ASSERT_TRUE(machine_.reaches(SlotState::exited));
}

TEST_F(SlotStub, AGuestThatTellsNoStatus) {
    run(code({0xd65f03c0}));  // ret
    ASSERT_TRUE(machine_.reaches(SlotState::exited));
    EXPECT_FALSE(machine_.status().exit_code);
}

TEST_F(SlotStub, GuestsFindNothingOfTheOneBefore) {
    for (unsigned i = 0; i < 2; ++i) {
        run(slot_inmate("residue"));
        ASSERT_TRUE(machine_.reaches(SlotState::exited));
        EXPECT_EQ(machine_.status().exit_code, 0) << "it has found something";
    }
}

TEST_F(SlotStub, RefusesWhatIsOutside) {
    window_.reset(patience_ms);
    const std::string byte = "x";
    const std::uint64_t end = SlotMachine::ram + SlotMachine::ram_size;
    for (const std::uint64_t target :
         {std::uint64_t{0}, SlotMachine::ram - 1, end, SlotMachine::window_base, SlotMachine::stub,
          SlotMachine::second + SlotMachine::second_size, UINT64_MAX}) {
        EXPECT_EQ(message_of([&] { load(byte, target); }),
                  "the slot's stub refuses to load: the bytes would not be in the slot's memory")
            << std::hex << target;
    }
    EXPECT_NE(message_of([&] { load("xy", end - 1); }), "");
    load(byte, end - 1);
    EXPECT_EQ(machine_.bytes(end - 1, 1), "x");
    for (const std::uint64_t entry :
         {std::uint64_t{0}, SlotMachine::ram + 2, end, end - 2, std::uint64_t{UINT64_MAX - 3}}) {
        EXPECT_EQ(message_of([&] { start(entry); }),
                  "the slot's stub refuses to start: the entry is not in the slot's memory")
            << std::hex << entry;
    }
    EXPECT_EQ(machine_.status().state, SlotState::loaded);
    window_.reset(patience_ms);
    EXPECT_TRUE(memory_is_zero());
    EXPECT_EQ(message_of([&] { start(); }),
              "the slot's stub refuses to start: not in the state that it is in");
}

TEST_F(SlotStub, LoadsMoreThanTheStagingArea) {
    window_.reset(patience_ms);
    std::string image(SlotMachine::window_size + 4321, '\0');
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<char>(i * 7 / 3);
    load(image, SlotMachine::ram + 3);
    EXPECT_EQ(machine_.bytes(SlotMachine::ram + 3, image.size()), image);
}

TEST(SlotStubGic2, RunsGuests) {
    SlotMachine machine(2);
    Window window = machine.window();
    const std::string image = slot_inmate("exit");
    window.load({{image.data(), image.size(), SlotMachine::ram}}, patience_ms);
    machine.open_channel(1);
    window.start(SlotMachine::ram, SlotMachine::window_base, 1, patience_ms);
    ASSERT_TRUE(machine.reaches(SlotState::exited));
    EXPECT_EQ(machine.status().exit_code, 7);
}

}  // namespace
}  // namespace phi::test
