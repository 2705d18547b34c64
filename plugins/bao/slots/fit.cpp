// SPDX-License-Identifier: Apache-2.0
#include "fit.hpp"

#include <algorithm>
#include <tuple>

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

std::optional<std::string> misfit_of(const Slot& slot, const sdk::Plan& plan) {
    for (const Misfit one : {misses_cpus, misses_memory, misses_devices, misses_channels}) {
        if (auto why = one(slot, plan)) return why;
    }
    return std::nullopt;
}

auto rank(const Slot& slot) {
    return std::make_tuple(memory_of(slot), slot.cpus.size(), slot.devices.size());
}

}  // namespace

std::uint64_t memory_of(const Vm& vm) {
    std::uint64_t out = 0;
    for (const Range& one : vm.ram) out += one.size;
    return out;
}

void require_one(const SlotTable& table, const sdk::Plan& plan, Misfit misfit,
                 const std::string& hint) {
    std::string all;
    for (const Slot& slot : table.slots) {
        const auto why = misfit(slot, plan);
        if (!why) return;
        all += "; slot \"" + slot.name + "\" " + *why;
    }
    const std::string whole = "layout \"" + table.layout + "\"";
    if (all.empty()) throw Error(Code::no_resource, whole + " has no slot", hint);
    throw Error(Code::no_resource, "no slot of " + whole + " fits: " + all.substr(2), hint);
}

std::vector<Slot> fitting_slots(const SlotTable& table, const sdk::Plan& plan) {
    std::vector<Slot> out;
    for (const Slot& slot : table.slots) {
        if (!misfit_of(slot, plan)) out.push_back(slot);
    }
    if (out.empty()) {
        require_one(table, plan, misfit_of,
                    "lay the machine out with a slot that has all of it (runphi bao layout), and "
                    "boot that");
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Slot& a, const Slot& b) { return rank(a) < rank(b); });
    return out;
}

}  // namespace runphi::bao
