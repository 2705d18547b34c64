// SPDX-License-Identifier: Apache-2.0
#include "adopted.hpp"

#include <algorithm>

#include "../common/channel/launch.hpp"
#include "presence/presence.hpp"
#include "staging/staged_guest.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

std::optional<Claim> find_claim(const Claims& claims, const sdk::Partition& partition) {
    if (partition.handle.empty()) return claims.of_partition(partition.name);
    const Claim made = read_claim(partition.handle, "handle");
    auto now = claims.of_slot(made.slot);
    return now && now->run == made.run ? now : std::nullopt;
}

Window open_window(const Settings& settings, const Slot& slot) {
    return {settings.memory, slot.window.base, slot.window.size};
}

const Slot& slot_named(const SlotTable& table, const std::string& name) {
    for (const Slot& one : table.slots) {
        if (one.name == name) return one;
    }
    throw Error(Code::not_found, "there is no slot \"" + name + "\" in the slot table");
}

const Guest& guest_named(const SlotTable& table, const std::string& name) {
    for (const Guest& one : table.guests) {
        if (one.name == name) return one;
    }
    throw Error(Code::not_found, "there is no guest \"" + name + "\" in the slot table");
}

namespace {

bool runs(const Window& window, const Claim& claim) {
    const auto status = window.status();
    return status && status->state == SlotState::running && status->run == claim.run;
}

// What goes on writing when its driver has ended cannot be stopped from anywhere.
bool has_dma(const Slot& slot) {
    return std::any_of(slot.devices.begin(), slot.devices.end(),
                       [](const SlotDevice& one) { return one.dma; });
}

bool has_run(const Window& window, const Claim& claim) {
    const auto status = window.status();
    return !status || status->run == claim.run;
}

// Throws for what keeps the slot from being used again.
void clean(const Slot& slot, const Claim& claim, const Settings& settings) {
    Window window = open_window(settings, slot);
    if (runs(window, claim)) stop_guest(window, claim, settings);
    const bool ran = has_run(window, claim);
    window.reset(settings.timeout_ms);
    if (ran && has_dma(slot)) {
        throw Error(Code::busy, "a device of the slot can write to its memory, and a guest had it");
    }
}

}  // namespace

void stop_guest(Window& window, const Claim& claim, const Settings& settings) {
    window.ask_to_stop();
    if (window.answers(settings.stop_ms)) return;
    throw Error(Code::busy,
                "slot \"" + claim.slot + "\" is stuck: its guest has not ended for " +
                    std::to_string(settings.stop_ms) +
                    " ms after it was asked to, and Bao ends none",
                "delete --force gives the container up, and sets the slot aside until the machine "
                "is booted again");
}

void give_back(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
               const Claim& claim, const Settings& settings) {
    if (claim.is_guest()) return give_back_guest(host, partition, claims, claim, settings);
    std::string why;
    try {
        const Node node = Node::read(settings);
        clean(slot_named(node.table, claim.slot), claim, settings);
    } catch (const Error& error) {
        why = error.message();
    }
    // Before the memory is somebody else's.
    if (const auto relay = claims.relay(claim.slot)) sdk::end_process(host, *relay);
    common::remove_relay_sockets(partition);
    if (why.empty()) return claims.drop(claim.slot);
    host.warn("slot \"" + claim.slot + "\" is set aside until the next boot: " + why);
    claims.set_aside(claim.slot, why);
}

}  // namespace runphi::bao
