// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "presence/presence.hpp"
#include "slots/amount.hpp"
#include "slots/fit.hpp"

// CPU: a slot's CPUs are its own, and all of them are the guest's.
namespace runphi::bao {

std::optional<std::string> misses_cpus(const Vm& vm, const sdk::Plan& plan) {
    const std::string has = "has CPUs " + cpu_text(vm.cpus);
    if (vm.cpus.size() < plan.cpu_count) {
        return has + ", and the container wants " + std::to_string(plan.cpu_count) + " of them";
    }
    for (const std::uint64_t cpu : plan.cpus) {
        if (std::find(vm.cpus.begin(), vm.cpus.end(), cpu) == vm.cpus.end()) {
            return has + ", and the container wants CPU " + std::to_string(cpu);
        }
    }
    return std::nullopt;
}

std::string BaoBackend::cpu(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    require_one(Node::read(Settings::parse(host.settings())).table, plan, misses_cpus,
                "a layout with a slot of " + std::to_string(plan.cpu_count) +
                    " CPUs would do: \"cpus\" of a slot in the request of runphi bao layout");
    return {};
}

}  // namespace runphi::bao
