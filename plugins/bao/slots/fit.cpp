// SPDX-License-Identifier: Apache-2.0
#include "fit.hpp"

#include <algorithm>
#include <tuple>

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

std::optional<std::string> misfit_of(const Vm& vm, const sdk::Plan& plan) {
    for (const Misfit one : {misses_cpus, misses_memory, misses_devices, misses_channels}) {
        if (auto why = one(vm, plan)) return why;
    }
    return std::nullopt;
}

auto rank(const Vm& vm) {
    return std::make_tuple(memory_of(vm), vm.cpus.size(), vm.devices.size());
}

template <typename V>
std::vector<V> those_that_fit(const std::vector<V>& all, const sdk::Plan& plan) {
    std::vector<V> out;
    for (const V& one : all) {
        if (!misfit_of(one, plan)) out.push_back(one);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const V& a, const V& b) { return rank(a) < rank(b); });
    return out;
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
    const auto fits = [&](const char* kind, const Vm& vm) {
        const auto why = misfit(vm, plan);
        if (why) all += std::string("; ") + kind + " \"" + vm.name + "\" " + *why;
        return !why;
    };
    for (const Slot& one : table.slots) {
        if (fits("slot", one)) return;
    }
    for (const Guest& one : table.guests) {
        if (fits("guest", one)) return;
    }
    const std::string whole = "layout \"" + table.layout + "\"";
    if (all.empty()) throw Error(Code::no_resource, whole + " has no slot", hint);
    throw Error(Code::no_resource, "no slot of " + whole + " fits: " + all.substr(2), hint);
}

Fitting fitting_vms(const SlotTable& table, const sdk::Plan& plan) {
    Fitting out{those_that_fit(table.slots, plan), those_that_fit(table.guests, plan)};
    if (out.slots.empty() && out.guests.empty()) {
        require_one(table, plan, misfit_of,
                    "lay the machine out with a slot that has all of it (runphi bao layout), and "
                    "boot that");
    }
    return out;
}

}  // namespace runphi::bao
