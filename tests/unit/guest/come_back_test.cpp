// SPDX-License-Identifier: Apache-2.0
// What phi-init makes of the texts by which it goes back to a slot's stub; the way itself is tried
// on a machine (tests/e2e/bao/run).
#include "guest/phi-init/come_back.h"

#include <gtest/gtest.h>

namespace {

TEST(GuestComeBack, TheAddressIsAnInstructions) {
    EXPECT_EQ(phi_return_address("0x10001000"), 0x10001000U);
    for (const char* bad : {"", "0x", "0x10001002", "0x1000100g", "0x10000000000000000", "-"}) {
        EXPECT_EQ(phi_return_address(bad), 0U) << bad;
    }
}

TEST(GuestComeBack, TheFirstMemoryOfTheKernel) {
    EXPECT_EQ(phi_first_memory("09010000-09010fff : pl031@9010000\n"
                               "  09020000-09020fff : System RAM\n"
                               "40000000-43ffffff : System RAM\n"
                               "  40200000-40ffffff : Kernel code\n"
                               "50000000-53ffffff : System RAM\n"),
              0x40000000U);
    EXPECT_EQ(phi_first_memory("40000000-43ffffff : System RAM"), 0x40000000U);
    EXPECT_EQ(phi_first_memory("40000000-43ffffff : reserved\n"), 0U);
    EXPECT_EQ(phi_first_memory(""), 0U);
}

}  // namespace
