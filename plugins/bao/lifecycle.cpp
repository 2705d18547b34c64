// SPDX-License-Identifier: Apache-2.0
#include "adopted.hpp"
#include "backend.hpp"
#include "presence/presence.hpp"
#include "staging/staged_guest.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

struct Held {
    SlotLock lock;
    Claim claim;
    Window window;
};

// Throws Error(not_found) for a partition that has no slot.
Held hold(const sdk::Host& host, const sdk::Partition& partition, const Settings& settings) {
    const auto claim = find_claim(Claims(host), partition);
    if (!claim) {
        throw Error(Code::not_found, "partition \"" + partition.name + "\" has no slot");
    }
    SlotLock lock(host.cache_dir(), claim->slot);
    const Node node = Node::read(settings);
    return {std::move(lock), *claim, open_window(settings, slot_named(node.table, claim->slot))};
}

// The partition's, if it is in a guest. The lock is held as long as the result lives.
struct HeldGuest {
    SlotLock lock;
    Claim claim;
};

std::optional<HeldGuest> hold_guest(const sdk::Host& host, const sdk::Partition& partition) {
    const Claims claims(host);
    const auto found = find_claim(claims, partition);
    if (!found || !found->is_guest()) return std::nullopt;
    SlotLock lock(host.cache_dir(), found->slot);
    // Another command may have been at it until now.
    auto claim = find_claim(claims, partition);
    if (!claim) return std::nullopt;
    return HeldGuest{std::move(lock), std::move(*claim)};
}

bool is_of(const SlotStatus& status, const Claim& claim) {
    return status.run == claim.run;
}

}  // namespace

void BaoBackend::start(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    if (const auto guest = hold_guest(host, partition)) {
        return start_guest(Claims(host), guest->claim, settings);
    }
    Held held = hold(host, partition, settings);
    held.window.start(held.claim.entry, held.claim.argument, held.claim.run, settings.timeout_ms);
}

void BaoBackend::stop(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    if (const auto guest = hold_guest(host, partition)) return ask_guest_to_stop(guest->claim);
    Held held = hold(host, partition, settings);
    const auto status = held.window.status();
    if (status && is_of(*status, held.claim) && status->state == SlotState::running) {
        held.window.ask_to_stop();
    }
}

// Bao ends no VM: a guest is asked, and one that does not answer runs on.
void BaoBackend::kill(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    if (!find_claim(Claims(host), partition)) return;
    if (const auto guest = hold_guest(host, partition)) {
        return kill_guest(Claims(host), guest->claim);
    }
    Held held = hold(host, partition, settings);
    const auto status = held.window.status();
    if (!status)
        throw Error(Code::hypervisor, "slot \"" + held.claim.slot + "\": its stub is gone");
    if (!is_of(*status, held.claim)) {
        held.window.reset(settings.timeout_ms);
        Claims(host).write_end(held.claim.slot,
                               {false, std::nullopt, "it was ended before it was started"});
    } else if (status->state == SlotState::running) {
        stop_guest(held.window, held.claim, settings);
    }
}

void BaoBackend::destroy(const sdk::Host& host, const sdk::Partition& partition) {
    const Claims claims(host);
    const auto found = find_claim(claims, partition);
    if (!found) return;
    const SlotLock lock(host.cache_dir(), found->slot);
    // Another command may have been at it until now.
    const auto claim = find_claim(claims, partition);
    if (claim) give_back(host, partition, claims, *claim, Settings::parse(host.settings()));
}

}  // namespace runphi::bao
