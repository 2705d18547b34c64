// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "presence/presence.hpp"
#include "slots/fit.hpp"

// MEM: a slot's memory is a hard limit, which Bao's page tables keep.
namespace runphi::bao {

namespace {

std::string mib(std::uint64_t bytes) {
    return std::to_string((bytes + (1U << 20) - 1) >> 20) + " MiB";
}

}  // namespace

std::optional<std::string> misses_memory(const Vm& vm, const sdk::Plan& plan) {
    if (memory_of(vm) >= plan.memory_size()) return std::nullopt;
    return "has " + mib(memory_of(vm)) + " of memory, and the container wants " +
           mib(plan.memory_size());
}

std::string BaoBackend::mem(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    require_one(Node::read(Settings::parse(host.settings())).table, plan, misses_memory,
                "a layout with a slot of " + mib(plan.memory_size()) +
                    " would do: \"memory\" of a slot in the request of runphi bao layout; or the "
                    "container asks for less");
    return {};
}

}  // namespace runphi::bao
