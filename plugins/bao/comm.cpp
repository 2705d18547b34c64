// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "presence/presence.hpp"
#include "slots/fit.hpp"

// COMM: shared memory between VMs is laid out with them.
namespace runphi::bao {

std::optional<std::string> misses_channels(const Vm& vm, const sdk::Plan& plan) {
    for (const sdk::ChannelGrant& wanted : plan.channels) {
        const bool has =
            std::any_of(vm.channels.begin(), vm.channels.end(),
                        [&](const SlotChannel& one) { return one.name == wanted.name; });
        if (!has) return "has no end of the channel \"" + wanted.name + "\"";
    }
    return std::nullopt;
}

std::string BaoBackend::comm(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (plan.channels.empty()) return {};
    require_one(Node::read(Settings::parse(host.settings())).table, plan, misses_channels,
                "the ends of a channel are laid out: \"channels\" in the request of runphi bao "
                "layout");
    return {};
}

}  // namespace runphi::bao
