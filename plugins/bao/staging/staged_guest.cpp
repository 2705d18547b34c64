// SPDX-License-Identifier: Apache-2.0
#include "staged_guest.hpp"

#include <algorithm>
#include <numeric>

#include "../../common/channel/launch.hpp"
#include "../../common/files.hpp"
#include "../adopted.hpp"
#include "../presence/presence.hpp"
#include "boot_medium.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;
using sdk::State;

namespace {

// Nothing can be seen of a guest: it ends for us when somebody has noted that it did.
class GuestWatch : public common::Watched {
  public:
    GuestWatch(Claims claims, std::string guest)
        : claims_(std::move(claims)), guest_(std::move(guest)) {}

    std::optional<End> look() override { return claims_.end(guest_); }
    void record(const End& end) override { claims_.write_end(guest_, end); }

  private:
    Claims claims_;
    std::string guest_;
};

std::string title(const Claim& claim) {
    return "guest \"" + claim.slot + "\"";
}

bool is_booted(const Claim& claim, const Settings& settings) {
    return claim.boot != current_boot(settings);
}

bool was_booted_with(const BootMedium& medium, const Guest& guest, std::string_view image,
                     const std::string& now) {
    const auto staged = medium.staged(guest);
    return staged && staged->boot != now && medium.holds(guest, image);
}

void start_relay(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
                 const Claim& claim) {
    const sdk::ProcessId relay =
        common::start_relay(partition, std::make_unique<GuestWatch>(claims, claim.slot),
                            std::make_unique<common::NoSource>());
    try {
        claims.write_relay(claim.slot, relay);
    } catch (...) {
        sdk::end_process(host, relay);
        throw;
    }
}

// Why it was undone is to be heard; what could not be is destroy's, which finds the claim.
void undo(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
          const Claim& claim, const Settings& settings) {
    try {
        give_back_guest(host, partition, claims, claim, settings);
    } catch (const Error& error) {
        host.warn(title(claim) + " is not given back: " + error.message());
    }
}

}  // namespace

std::vector<Guest> in_order_of_use(std::vector<Guest> guests, const SlotTable& table,
                                   const Settings& settings,
                                   const std::vector<std::string>& images) {
    const BootMedium medium(settings, table);
    const std::string now = current_boot(settings);
    std::vector<int> ranks;
    ranks.reserve(guests.size());
    for (std::size_t i = 0; i < guests.size(); ++i) {
        const bool booted = was_booted_with(medium, guests[i], images[i], now);
        ranks.push_back(booted ? 0 : medium.staged(guests[i]) ? 2 : 1);
    }
    std::vector<std::size_t> order(guests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
    std::vector<Guest> out;
    out.reserve(order.size());
    for (const std::size_t i : order) out.push_back(std::move(guests[i]));
    return out;
}

Claim stage_guest(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
                  const SlotTable& table, const Guest& guest, std::string_view image,
                  const Settings& settings) {
    const BootMedium medium(settings, table);
    medium.require_ours(guest);
    const std::string now = current_boot(settings);
    const auto before = medium.staged(guest);
    const bool booted = was_booted_with(medium, guest, image, now);
    Claim claim{guest.name,
                partition.name,
                common::new_generation(),
                guest.entry,
                0,
                booted ? before->boot : now,
                false};
    claims.write(claim);
    try {
        if (!booted) {
            if (before && before->partition != partition.name) {
                host.warn("guest \"" + guest.name + "\": the image of partition \"" +
                          before->partition + "\", which no container is of any more, is replaced");
            }
            medium.stage(guest, {partition.name, now}, image);
        }
        start_relay(host, partition, claims, claim);
        const sdk::Plan plan(partition.plan);
        common::write_file(partition.dir + "/" + plan.id + ".json", write_claim(claim));
    } catch (...) {
        undo(host, partition, claims, claim, settings);
        throw;
    }
    return claim;
}

void start_guest(const Claims& claims, const Claim& claim, const Settings& settings) {
    if (!is_booted(claim, settings)) {
        throw Error(Code::busy,
                    title(claim) +
                        " is booted with the machine: its image is staged, and runs from "
                        "the next boot on",
                    "boot the machine again, then create and start the container again");
    }
    Claim started = claim;
    started.started = true;
    claims.write(started);
}

void ask_guest_to_stop(const Claim& claim) {
    if (!claim.started) return;
    throw Error(Code::unsupported,
                title(claim) +
                    " cannot be asked to end: it was booted with the machine, and has no "
                    "window to the root VM",
                "delete --force gives it up: it runs until the machine is off, and waits from the "
                "next boot on");
}

void kill_guest(const Claims& claims, const Claim& claim) {
    if (!claim.started) {
        claims.write_end(claim.slot, {false, std::nullopt, "it was ended before it was started"});
        return;
    }
    throw Error(Code::busy,
                title(claim) + " runs from the machine's boot until it is off, and Bao ends no VM",
                "delete --force gives it up: it waits from the next boot on");
}

sdk::Query state_of_guest(const Claim& claim, const Settings& settings) {
    const bool booted = is_booted(claim, settings);
    const State state = booted && claim.started ? State::running : State::created;
    return {state, std::nullopt,
            title(claim) + (booted ? " was booted with it; nobody can tell whether it lives"
                                   : " has it from the next boot on")};
}

void give_back_guest(const sdk::Host& host, const sdk::Partition& partition, const Claims& claims,
                     const Claim& claim, const Settings& settings) {
    const Node node = Node::read(settings);
    const Guest& guest = guest_named(node.table, claim.slot);
    const BootMedium medium(settings, node.table);
    const auto staged = medium.staged(guest);
    // An image that was there before a create died is another one's.
    const bool its_own =
        staged && (staged->partition == partition.name || is_booted(claim, settings));
    if (its_own) medium.clear(guest);
    if (const auto relay = claims.relay(claim.slot)) sdk::end_process(host, *relay);
    common::remove_relay_sockets(partition);
    if (claim.started) {
        host.warn(title(claim) +
                  " runs on until the machine is off; from the next boot on it waits");
    }
    claims.drop(claim.slot);
}

}  // namespace runphi::bao
