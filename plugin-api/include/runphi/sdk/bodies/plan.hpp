// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/plan.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::sdk {

namespace detail {

RUNPHI_SDK_FUNCTION std::vector<Json> list(const Json& object, std::string_view name) {
    const auto member = object.find(name);
    return member ? member->elements() : std::vector<Json>();
}

RUNPHI_SDK_FUNCTION Region region(const Json& json) {
    return {json.string_or("pool", {}), json.at("base").u64(), json.at("size").u64()};
}

RUNPHI_SDK_FUNCTION std::optional<std::uint64_t> address(const Json& json, std::string_view name) {
    const auto member = json.find(name);
    return member ? std::optional(member->u64()) : std::nullopt;
}

}  // namespace detail

RUNPHI_SDK_FUNCTION Plan::Plan(std::string_view text) : document(text, "plan") {
    const Json plan = document.root();
    id = plan.at("id").string();
    partition = plan.at("partition").string();
    arch = plan.at("arch").string();
    kind = plan.at("kind").string();
    read_grant(plan.at("grant"));
    read_boot(plan.at("boot"));
    if (const auto network = plan.find("network")) read_network(*network);
    for (const Json& one : detail::list(plan, "shares")) {
        shares.push_back({one.at("tag").string(), one.at("dir").string()});
    }
}

RUNPHI_SDK_FUNCTION Plan::Plan(Plan&&) noexcept = default;
RUNPHI_SDK_FUNCTION Plan& Plan::operator=(Plan&&) noexcept = default;
RUNPHI_SDK_FUNCTION Plan::~Plan() = default;

RUNPHI_SDK_FUNCTION std::optional<Json> Plan::part(std::string_view stage) const {
    const auto parts = root().find("parts");
    return parts ? parts->find(stage) : std::nullopt;
}

RUNPHI_SDK_FUNCTION std::uint64_t Plan::memory_size() const {
    std::uint64_t sum = 0;
    for (const Region& one : memory) sum += one.size;
    return sum;
}

RUNPHI_SDK_FUNCTION void Plan::read_grant(const Json& grant) {
    using detail::list;
    cpu_count = grant.at("cpu_count").u64(1, 8192);
    for (const Json& one : list(grant, "cpus")) cpus.push_back(one.u64(0, 8191));
    for (const Json& one : list(grant, "memory")) memory.push_back(detail::region(one));
    for (const Json& one : list(grant, "devices")) devices.push_back(one.string());
    for (const Json& one : list(grant, "iomems")) iomems.push_back(detail::region(one));
    for (const Json& one : list(grant, "irqs")) irqs.push_back(one.u64(0, UINT32_MAX));
    for (const Json& one : list(grant, "channels")) {
        channels.push_back({one.at("name").string(), one.at("peer").u64(), one.at("size").u64()});
    }
}

RUNPHI_SDK_FUNCTION void Plan::read_network(const Json& network) {
    using detail::list;
    for (const Json& one : list(network, "interfaces")) {
        interfaces.push_back(
            {one.at("name").string(), one.at("mac").string(), one.at("mtu").u64(0, UINT32_MAX)});
    }
    for (const Json& one : list(network, "resolvers")) resolvers.push_back(one.string());
    if (const auto where = network.find("namespace")) {
        network_namespace = {where->at("path").string(), where->at("device").u64(),
                             where->at("inode").u64()};
    }
}

RUNPHI_SDK_FUNCTION void Plan::read_boot(const Json& boot) {
    cmdline = boot.string_or("cmdline", {});
    load_address = detail::address(boot, "load_address");
    entry_address = detail::address(boot, "entry_address");
    for (const Json& one : detail::list(boot, "images")) {
        images.push_back({one.at("role").string(), one.string_or("path", {}),
                          one.at("length").u64(), one.string_or("format", {}),
                          one.string_or("bus", {}), one.boolean_or("writable", false)});
    }
}

}  // namespace runphi::sdk
