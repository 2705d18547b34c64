// SPDX-License-Identifier: Apache-2.0
// What the root makes of a window in which anything may stand.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <runphi/sdk.hpp>

#include "bare_slot.hpp"
#include "plugins/bao/window/window.hpp"
#include "support/folder.hpp"

namespace phi::test {
namespace {

using namespace runphi::bao;
namespace sdk = runphi::sdk;

runphi_slot_status honest() {
    runphi_slot_status out{};
    out.magic = RUNPHI_SLOT_STATUS_MAGIC;
    out.version = RUNPHI_SLOT_VERSION;
    out.state = RUNPHI_SLOT_EXITED;
    out.exit_told = 1;
    out.exit_code = 7;
    out.window_size = BareSlot::window_size;
    out.ram_count = 1;
    out.ram[0] = {0x40000000, 0x1000};
    return out;
}

std::string refusal_of(const runphi_slot_status& page) {
    try {
        read_status(page);
    } catch (const sdk::Error& error) {
        EXPECT_EQ(error.code(), sdk::Code::hypervisor);
        return error.message();
    }
    return "";
}

TEST(SlotStatusPage, IsBounded) {
    runphi_slot_status page = honest();
    EXPECT_EQ(read_status(page)->exit_code, 7);
    page.exit_code = 256;
    EXPECT_FALSE(read_status(page)->exit_code);
    page = honest();
    page.state = RUNPHI_SLOT_RUNNING;
    EXPECT_FALSE(read_status(page)->exit_code);
    page = honest();
    page.magic = 0;
    EXPECT_FALSE(read_status(page));
    for (const std::uint32_t state : {0U, 6U, UINT32_MAX}) {
        page = honest();
        page.state = state;
        EXPECT_EQ(refusal_of(page), "the slot's status page: state " + std::to_string(state));
    }
    for (const std::uint32_t count : {0U, 5U, UINT32_MAX}) {
        page = honest();
        page.ram_count = count;
        EXPECT_NE(refusal_of(page), "") << count;
    }
    page = honest();
    page.version = 2;
    EXPECT_NE(refusal_of(page), "");
    page = honest();
    page.ram[0] = {UINT64_MAX, 2};
    EXPECT_NE(refusal_of(page), "");
}

TEST(SlotGuestPage, PromisesOnlyWithAnInterval) {
    runphi_slot_guest page{RUNPHI_SLOT_GUEST_MAGIC, RUNPHI_SLOT_VERSION, 100, 3};
    EXPECT_EQ(read_beats(page)->count, 3U);
    page.interval_ms = 0;
    EXPECT_FALSE(read_beats(page));
    page = {0, RUNPHI_SLOT_VERSION, 100, 3};
    EXPECT_FALSE(read_beats(page));
}

class WindowFile : public testing::Test {
  protected:
    WindowFile() { EXPECT_EQ(::truncate(path_.c_str(), BareSlot::window_size + 0x1000), 0); }
    std::string refusal(std::uint64_t address, std::uint64_t size) {
        try {
            Window(path_, address, size);
        } catch (const sdk::Error& error) {
            return error.message();
        }
        return "";
    }

    Folder folder_;
    std::string path_ = folder_.write("memory", "");
};

TEST_F(WindowFile, MustBeWholePages) {
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{0x2f000},
                                     std::uint64_t{0x30800}, std::uint64_t{UINT64_MAX}}) {
        EXPECT_NE(refusal(0, size), "") << size;
    }
    EXPECT_NE(refusal(0x800, BareSlot::window_size), "");
    EXPECT_NE(refusal(UINT64_MAX - 0xfff, BareSlot::window_size), "");
    EXPECT_EQ(refusal(0x1000, BareSlot::window_size), "");
}

TEST_F(WindowFile, WithoutAStubNobodyAnswers) {
    Window window(path_, 0x1000, BareSlot::window_size);
    EXPECT_FALSE(window.status());
    EXPECT_FALSE(window.answers(0));
    EXPECT_THROW(window.reset(10), sdk::Error);
}

}  // namespace
}  // namespace phi::test
