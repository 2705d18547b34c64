// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <runphi/sdk.hpp>
#include <string>

#include "plugins/bao/slots/table.hpp"

namespace bao_test {

using namespace runphi::bao;

// The message of the Error that f throws; a failed test if it throws none.
template <typename F>
std::string refusal(F&& f) {
    try {
        f();
    } catch (const runphi::sdk::Error& error) {
        return error.message();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
}

#define EXPECT_SAYS(f, part) \
    EXPECT_PRED2(::bao_test::contains, ::bao_test::refusal([&] { f; }), std::string(part))

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Two slots and a guest.
inline SlotTable sample() {
    SlotTable out;
    out.layout = "lab";
    out.bao = "v2.0.0";
    out.profile = "mmu";
    Slot slot;
    slot.name = "s0";
    slot.cpus = {2};
    slot.ram = {{0x40000000, 0x2000000}};
    slot.devices = {{"uart1", {"arm,pl011", "arm,primecell"}, {{0x9040000, 0x1000}}, {40}, false}};
    slot.channels = {{"link", {0xf8000000, 0x10000}, 60, 1, {"root"}}};
    slot.gic = {3, 0x8000000, 0x80a0000};
    slot.device_tree = "slot-s0.dtb";
    slot.device_tree_hash = "0123456789abcdef";
    slot.window = {0xf0000000, 0x400000};
    slot.window_in_slot = 0xf0000000;
    slot.stub = {0x10000000, 0x20000};
    out.slots.push_back(slot);
    slot.name = "s1";
    slot.cpus = {3};
    slot.devices.clear();
    slot.channels.clear();
    slot.window.base = 0xf0400000;
    out.slots.push_back(slot);
    Guest guest;
    guest.name = "g0";
    guest.cpus = {4, 5};
    guest.ram = {{0x80000000, 0x8000000}};
    guest.gic = slot.gic;
    guest.device_tree = "guest-g0.dtb";
    guest.device_tree_hash = slot.device_tree_hash;
    guest.image = "guest-g0.bin";
    guest.load = guest.entry = 0x80000000;
    guest.most = 0x1000000;
    out.guests.push_back(guest);
    return out;
}

}  // namespace bao_test
