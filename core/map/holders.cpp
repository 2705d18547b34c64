// SPDX-License-Identifier: Apache-2.0
#include "core/map/holders.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/board/ownership.hpp"

namespace phi::map {

std::string Holders::summary(std::size_t holder) const {
    const board::Grant& grant = held_[holder].grant;
    std::string cpus = text(grant.cpu_count, grant.cpu_count == 1 ? " CPU" : " CPUs");
    if (!grant.cpus.empty()) cpus += text(" (", format_cpu_list(grant.cpus), ")");
    std::uint64_t bytes = 0;
    for (const auto& one : grant.memory) bytes += one.size;
    std::vector<std::string> parts{cpus, format_bytes(bytes)};
    parts.insert(parts.end(), grant.devices.begin(), grant.devices.end());
    for (const auto& channel : grant.channels) {
        parts.push_back(text(channel.name, " (end ", channel.peer, ")"));
    }
    return join(parts, ", ");
}

std::size_t Holders::of_cpu(unsigned cpu) const {
    for (std::size_t i = 0; i < held_.size(); ++i) {
        const auto& cpus = held_[i].grant.cpus;
        if (std::find(cpus.begin(), cpus.end(), cpu) != cpus.end()) return i;
    }
    return nobody;
}

std::size_t Holders::of_irq(std::uint32_t irq) const {
    const board::Held* held = board::holder_of_irq(irq, held_);
    return number_of(held);
}

std::vector<std::size_t> Holders::of_device(const board::Device& device) const {
    std::vector<std::size_t> out;
    for (const auto& one : board::holders_of(device, held_)) {
        for (std::size_t i = 0; i < held_.size(); ++i) {
            if (held_[i].container == one.container) out.push_back(i);
        }
    }
    return out;
}

std::vector<std::size_t> Holders::of_channel(const board::Channel& channel) const {
    std::vector<std::size_t> ends(channel.peers, nobody);
    for (std::size_t i = 0; i < held_.size(); ++i) {
        for (const auto& grant : held_[i].grant.channels) {
            if (grant.name == channel.name && grant.peer < ends.size()) ends[grant.peer] = i;
        }
    }
    return ends;
}

std::size_t Holders::number_of(const board::Held* held) const {
    return held == nullptr ? nobody : static_cast<std::size_t>(held - held_.data());
}

}  // namespace phi::map
