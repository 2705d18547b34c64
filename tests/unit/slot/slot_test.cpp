// SPDX-License-Identifier: Apache-2.0
// The window's layout, and the stub's state machine with every command in every state.
#include <gtest/gtest.h>
#include <stddef.h>

#include <cstring>

#include "bare_slot.hpp"
#include "guest/slot/slot_parameters.h"

namespace phi::test {
namespace {

// ---- the layout: what a stub that was built earlier has, too

static_assert(sizeof(runphi_slot_control) == 72);
static_assert(offsetof(runphi_slot_control, command) == 12);
static_assert(offsetof(runphi_slot_control, run) == 16);
static_assert(offsetof(runphi_slot_control, offset) == 24);
static_assert(offsetof(runphi_slot_control, entry) == 48);
static_assert(offsetof(runphi_slot_control, seq) == 64);
static_assert(sizeof(runphi_slot_status) == 168);
static_assert(offsetof(runphi_slot_status, state) == 12);
static_assert(offsetof(runphi_slot_status, acked) == 16);
static_assert(offsetof(runphi_slot_status, exit_code) == 40);
static_assert(offsetof(runphi_slot_status, ticks) == 48);
static_assert(offsetof(runphi_slot_status, fault_syndrome) == 56);
static_assert(offsetof(runphi_slot_status, window_size) == 80);
static_assert(offsetof(runphi_slot_status, ram_count) == 96);
static_assert(offsetof(runphi_slot_status, ram) == 104);
static_assert(sizeof(runphi_slot_guest) == 24);
static_assert(offsetof(runphi_slot_guest, beats) == 16);
static_assert(sizeof(runphi_slot_parameters) == RUNPHI_SLOT_PARAMETERS_SIZE);
static_assert(offsetof(runphi_slot_parameters, gic_distributor) == 16);
static_assert(offsetof(runphi_slot_parameters, window_base) == 32);
static_assert(offsetof(runphi_slot_parameters, ram_count) == 48);
static_assert(offsetof(runphi_slot_parameters, ram) == 56);
static_assert(RUNPHI_SLOT_CHANNEL + RUNPHI_MEMORY_CHANNEL_SIZE == RUNPHI_SLOT_STAGING);
static_assert(sizeof(runphi_slot_control) <= RUNPHI_SLOT_PAGE);

// ---- the state machine

class SlotMachineStates : public testing::Test, protected BareSlot {
  protected:
    void loaded() { ASSERT_EQ(load(0, 8, ram), RUNPHI_SLOT_OK); }
    std::uint32_t start(std::uint64_t entry = ram, std::uint32_t run = 7) {
        control().entry = entry;
        control().run = run;
        return command(RUNPHI_SLOT_START);
    }
    void running() {
        loaded();
        ASSERT_EQ(start(), RUNPHI_SLOT_OK);
        ASSERT_EQ(todo, SLOT_ENTER);
    }
    void comes_back(std::uint64_t value, std::uint64_t kind) {
        const slot_end end = {false, value, kind, 0, 0, 0};
        slot_resume(&slot, &end);
    }
};

TEST_F(SlotMachineStates, BeginsIdleAndZero) {
    EXPECT_EQ(status().magic, RUNPHI_SLOT_STATUS_MAGIC);
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_IDLE));
    EXPECT_EQ(status().boots, 1U);
    EXPECT_TRUE(memory_is_zero());
    EXPECT_EQ(slot_poll(&slot), SLOT_WAIT) << "what stood in the window before is no command";
    EXPECT_EQ(status().ticks, 1U);
}

TEST_F(SlotMachineStates, BootsAreCountedAndEndWhatRan) {
    running();
    slot_begin(&slot);
    EXPECT_EQ(status().boots, 2U);
    EXPECT_EQ(status().runs, 1U);
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_IDLE));
    EXPECT_TRUE(memory_is_zero());
}

TEST_F(SlotMachineStates, CopiesToTheByte) {
    for (unsigned i = 0; i < 256; ++i) staging()[i] = static_cast<std::uint8_t>(i + 1);
    for (std::uint64_t offset = 0; offset < 9; ++offset) {
        for (std::uint64_t shift = 0; shift < 9; ++shift) {
            ASSERT_EQ(command(RUNPHI_SLOT_RESET), RUNPHI_SLOT_OK);
            ASSERT_EQ(load(offset, 37, ram + shift), RUNPHI_SLOT_OK);
            EXPECT_EQ(std::memcmp(&first[shift], staging() + offset, 37), 0);
            EXPECT_EQ(first[shift + 37], 0);
        }
    }
}

TEST_F(SlotMachineStates, RefusesWhatIsNotInsideAndChangesNothing) {
    const std::uint64_t room = window_size - RUNPHI_SLOT_STAGING, end = ram + first.size();
    const std::uint64_t most = UINT64_MAX;
    EXPECT_EQ(load(0, 0, ram), RUNPHI_SLOT_BAD_SOURCE);
    EXPECT_EQ(load(room, 1, ram), RUNPHI_SLOT_BAD_SOURCE);
    EXPECT_EQ(load(1, room, ram), RUNPHI_SLOT_BAD_SOURCE);
    EXPECT_EQ(load(most, 2, ram), RUNPHI_SLOT_BAD_SOURCE);
    EXPECT_EQ(load(2, most, ram), RUNPHI_SLOT_BAD_SOURCE);
    EXPECT_EQ(load(0, 1, ram - 1), RUNPHI_SLOT_BAD_TARGET);
    EXPECT_EQ(load(0, 1, end), RUNPHI_SLOT_BAD_TARGET);
    EXPECT_EQ(load(0, 2, end - 1), RUNPHI_SLOT_BAD_TARGET);
    EXPECT_EQ(load(0, 2, most), RUNPHI_SLOT_BAD_TARGET);
    EXPECT_EQ(load(0, 0x1001, ram + 0x10000), RUNPHI_SLOT_BAD_TARGET);
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_IDLE));
    EXPECT_TRUE(memory_is_zero());
    EXPECT_EQ(load(0, 0x1000, ram + 0x10000), RUNPHI_SLOT_OK);
    for (const std::uint64_t entry : {ram - 4, end, end - 2, ram + 1, most, most - 3}) {
        EXPECT_EQ(start(entry), RUNPHI_SLOT_BAD_ENTRY) << std::hex << entry;
        EXPECT_EQ(todo, SLOT_WAIT);
    }
    EXPECT_EQ(start(end - 4), RUNPHI_SLOT_OK);
}

TEST_F(SlotMachineStates, CommandsFitTheirStates) {
    EXPECT_EQ(start(), RUNPHI_SLOT_BAD_STATE) << "nothing is loaded";
    EXPECT_EQ(command(RUNPHI_SLOT_STOP), RUNPHI_SLOT_OK);
    EXPECT_EQ(command(RUNPHI_SLOT_NONE), RUNPHI_SLOT_OK);
    EXPECT_EQ(command(17), RUNPHI_SLOT_BAD_COMMAND);
    loaded();
    EXPECT_EQ(start(ram, 0), RUNPHI_SLOT_BAD_STATE) << "run 0 is no name";
    running();
    comes_back(3, RUNPHI_SLOT_RETURN_EXIT);
    EXPECT_EQ(load(0, 8, ram), RUNPHI_SLOT_BAD_STATE) << "a reset comes first";
    EXPECT_EQ(command(RUNPHI_SLOT_RESET), RUNPHI_SLOT_OK);
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_IDLE));
    EXPECT_EQ(load(0, 8, ram), RUNPHI_SLOT_OK);
}

TEST_F(SlotMachineStates, AnotherVersionIsNotObeyed) {
    control().command = RUNPHI_SLOT_NONE;
    control().version = RUNPHI_SLOT_VERSION + 1;
    control().magic = RUNPHI_SLOT_CONTROL_MAGIC;
    ++control().seq;
    EXPECT_EQ(slot_poll(&slot), SLOT_WAIT);
    EXPECT_EQ(status().result, static_cast<std::uint32_t>(RUNPHI_SLOT_BAD_MAGIC));
    EXPECT_EQ(status().acked, control().seq);
}

TEST_F(SlotMachineStates, EndsAreTold) {
    running();
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_RUNNING));
    EXPECT_EQ(status().run, 7U);
    comes_back(42, RUNPHI_SLOT_RETURN_EXIT);
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_EXITED));
    EXPECT_EQ(status().exit_told, 1U);
    EXPECT_EQ(status().exit_code, 42U);
    EXPECT_TRUE(memory_is_zero());
    command(RUNPHI_SLOT_RESET);
    running();
    comes_back(0x40000000, 0);
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_EXITED));
    EXPECT_EQ(status().exit_told, 0U);
    command(RUNPHI_SLOT_RESET);
    running();
    const slot_end fault = {true, 0, 0, 0x02000000, ram, 0};
    slot_resume(&slot, &fault);
    EXPECT_EQ(status().state, static_cast<std::uint32_t>(RUNPHI_SLOT_FAULTED));
    EXPECT_EQ(status().fault_address, ram);
    EXPECT_EQ(status().runs, 3U);
}

// Linux returns by kexec, and has no word in x1; but it has ended in its memory channel.
TEST_F(SlotMachineStates, AStatusInTheMemoryChannelCounts) {
    running();
    auto* host = reinterpret_cast<runphi_memory_side*>(window.data() + RUNPHI_SLOT_CHANNEL);
    auto* guest = reinterpret_cast<runphi_memory_side*>(window.data() + RUNPHI_SLOT_CHANNEL +
                                                        RUNPHI_MEMORY_GUEST_SIDE);
    host->generation = guest->generation = 5;
    guest->magic = RUNPHI_MEMORY_CHANNEL_MAGIC;
    guest->state = RUNPHI_MEMORY_ENDED | 9U << RUNPHI_MEMORY_STATUS_SHIFT;
    comes_back(0, 0);
    EXPECT_EQ(status().exit_told, 1U);
    EXPECT_EQ(status().exit_code, 9U);
    command(RUNPHI_SLOT_RESET);
    running();
    guest->generation = 4;  // left by another guest
    comes_back(0, 0);
    EXPECT_EQ(status().exit_told, 0U);
}

// A STOP stands there until the guest is back.
TEST_F(SlotMachineStates, StopIsAcknowledgedAfterTheGuest) {
    running();
    control().command = RUNPHI_SLOT_STOP;
    ++control().seq;
    comes_back(143, RUNPHI_SLOT_RETURN_EXIT);
    EXPECT_NE(status().acked, control().seq);
    EXPECT_EQ(slot_poll(&slot), SLOT_WAIT);
    EXPECT_EQ(status().acked, control().seq);
    EXPECT_EQ(status().exit_code, 143U);
}

}  // namespace
}  // namespace phi::test
