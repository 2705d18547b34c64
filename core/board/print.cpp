// SPDX-License-Identifier: Apache-2.0
#include "core/board/print.hpp"

#include <algorithm>
#include <map>

#include "core/base/text.hpp"
#include "core/board/ownership.hpp"
#include "core/board/pieces.hpp"
#include "core/board/range.hpp"
#include "core/board/remaining.hpp"
#include "core/board/table.hpp"

namespace phi::board {

namespace {

constexpr const char* nobody = "-";

std::string join_or_nobody(const std::vector<std::string>& holders) {
    return holders.empty() ? nobody : join(holders, ", ");
}

// CPUs or interrupts: those of one holder in one row.
void add_numbers(Table& table, const char* kind, const std::vector<std::uint32_t>& numbers,
                 const std::map<std::uint32_t, std::string>& holders) {
    std::vector<std::pair<std::string, std::vector<std::uint32_t>>> groups;
    for (const auto number : numbers) {
        const auto found = holders.find(number);
        const std::string holder = found == holders.end() ? nobody : found->second;
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const auto& one) { return one.first == holder; });
        if (group == groups.end()) group = groups.insert(groups.end(), {holder, {}});
        group->second.push_back(number);
    }
    for (auto& [holder, group] : groups) {
        std::sort(group.begin(), group.end());
        table.add({kind, format_cpu_list(group), "", "", holder});
    }
}

void add_cpus(Table& table, const Board& board, const std::vector<Held>& held) {
    if (!board.exclusive_cpus) {
        std::vector<std::string> users;
        for (const auto& one : held) {
            const unsigned count = one.grant.cpu_count;
            users.push_back(text(one.container, " (", count, count == 1 ? " vCPU" : " vCPUs",
                                 one.grant.cpus.empty() ? "" : " on ",
                                 format_cpu_list(one.grant.cpus), ")"));
        }
        table.add({"cpu", format_cpu_list(board.cpus), "shared", "", join_or_nobody(users)});
        return;
    }
    std::map<std::uint32_t, std::string> holders;
    for (const auto& one : held) {
        for (const auto cpu : one.grant.cpus) holders.emplace(cpu, one.container);
    }
    add_numbers(table, "cpu", board.cpus, holders);
}

void add_memory(Table& table, const Board& board, const std::vector<Held>& held) {
    for (const auto& pool : board.memory) {
        for (const auto& [region, holder] : pieces_of(board, pool, held)) {
            table.add({"memory", pool.name, to_text(region), format_bytes(region.size),
                       holder == nullptr ? nobody : holder->container});
        }
    }
}

void add_devices(Table& table, const Board& board, const std::vector<Held>& held) {
    for (const auto& device : board.devices) {
        std::vector<std::string> holders;
        for (const auto& [container, whole] : holders_of(device, held)) {
            holders.push_back(whole ? container : container + " (a part)");
        }
        std::vector<std::string> details;
        if (!device.path.empty()) details.push_back(device.path);
        for (const auto& region : device.iomem) details.push_back(to_text(region));
        if (!device.irqs.empty()) {
            std::vector<std::uint32_t> irqs = device.irqs;
            std::sort(irqs.begin(), irqs.end());
            details.push_back("irq " + format_cpu_list(irqs));
        }
        table.add({"device", device.name, join(details, " "), "", join_or_nobody(holders)});
    }
}

void add_irqs(Table& table, const Board& board, const std::vector<Held>& held) {
    std::map<std::uint32_t, std::string> holders;
    for (const auto& one : held) {
        for (const auto irq : one.grant.irqs) holders.emplace(irq, one.container);
    }
    add_numbers(table, "irq", board.irqs, holders);
}

void add_channels(Table& table, const Board& board, const std::vector<Held>& held) {
    for (const auto& channel : board.channels) {
        std::vector<std::string> holders;
        for (const auto& one : held) {
            for (const auto& grant : one.grant.channels) {
                if (grant.name != channel.name) continue;
                holders.push_back(text(one.container, " (end ", grant.peer, ")"));
            }
        }
        table.add({"channel", channel.name,
                   text(channel.peers, channel.peers == 1 ? " end" : " ends"),
                   channel.size == 0 ? "" : format_bytes(channel.size), join_or_nobody(holders)});
    }
}

std::uint64_t memory_of(const Board& board) {
    std::uint64_t bytes = 0;
    for (const auto& pool : board.memory) bytes += pool.size;
    return bytes;
}

std::string heading(const Board& board, const std::vector<Held>& held) {
    const Board free = remaining(board, held);
    const std::string cpus = board.exclusive_cpus
                                 ? text(free.cpus.size(), " of ", board.cpus.size(), " CPUs")
                                 : text(board.cpus.size(), " shared CPUs");
    return text("board ", quoted(board.name), ": free ", cpus, ", ", format_bytes(memory_of(free)),
                " of ", format_bytes(memory_of(board)), " of memory, ", free.devices.size(), " of ",
                board.devices.size(), " devices\n");
}

}  // namespace

std::string print(const Board& board, const std::vector<Held>& held) {
    Table table({"KIND", "NAME", "WHAT", "SIZE", "HELD BY"});
    add_cpus(table, board, held);
    add_memory(table, board, held);
    add_devices(table, board, held);
    add_irqs(table, board, held);
    add_channels(table, board, held);
    return heading(board, held) + table.text();
}

}  // namespace phi::board
