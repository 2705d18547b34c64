// SPDX-License-Identifier: Apache-2.0
#include "../common/channel/launch.hpp"
#include "../common/hang_up.hpp"
#include "adopted.hpp"
#include "backend.hpp"
#include "channel/slot_watch.hpp"
#include "presence/presence.hpp"
#include "staging/staged_guest.hpp"

namespace runphi::bao {

using sdk::State;

namespace {

// What the slot's relay has noted counts before what stands in the window.
sdk::Query state_of(const Claims& claims, const Claim& claim, const Settings& settings) {
    if (const auto end = claims.end(claim.slot)) return common::query_of(*end);
    if (claim.is_guest()) return state_of_guest(claim, settings);
    const Node node = Node::read(settings);
    const Window window = open_window(settings, slot_named(node.table, claim.slot));
    if (const auto end = end_of_run(window, claim)) return common::query_of(*end);
    const auto status = window.status();
    const bool started = status && status->run == claim.run;
    return {
        started ? State::running : State::created, std::nullopt,
        "slot \"" + claim.slot + "\" is " + to_string(status ? status->state : SlotState::idle)};
}

sdk::Query query_now(const sdk::Host& host, const sdk::Partition& partition) {
    const Claims claims(host);
    const auto claim = find_claim(claims, partition);
    if (!claim) return {State::absent, std::nullopt, "it has no slot"};
    return state_of(claims, *claim, Settings::parse(host.settings()));
}

bool is_over(const sdk::Query& query) {
    return query.state == State::stopped || query.state == State::failed;
}

}  // namespace

sdk::Query BaoBackend::query(const sdk::Host& host, const sdk::Partition& partition) {
    return query_now(host, partition);
}

sdk::UniqueFd BaoBackend::wait(const sdk::Host&, const sdk::Partition& partition) {
    return common::watch_relay(partition);
}

// The relay says nothing, and hangs up when it has noted the end.
sdk::Query BaoBackend::event(const sdk::Host& host, const sdk::Partition& partition, int fd) {
    sdk::Query now = query_now(host, partition);
    if (common::is_hung_up(fd) && !is_over(now) && now.state != State::absent) {
        now = {State::failed, std::nullopt, "the process that carries the slot's console has died"};
    }
    if (now.state == State::failed) {
        host.warn("partition \"" + partition.name + "\" has failed: " + now.detail);
    }
    return now;
}

std::vector<sdk::Listed> BaoBackend::list(const sdk::Host& host) {
    const Claims claims(host);
    std::vector<sdk::Listed> out;
    for (const Claim& claim : claims.all()) {
        const Settings settings = Settings::parse(host.settings());
        out.push_back({claim.partition, state_of(claims, claim, settings).state});
    }
    return out;
}

}  // namespace runphi::bao
