// SPDX-License-Identifier: Apache-2.0
#include "core/board/remaining.hpp"

#include <algorithm>
#include <set>

#include "core/base/text.hpp"
#include "core/board/holes.hpp"
#include "core/board/ownership.hpp"
#include "core/board/range.hpp"

namespace phi::board {

namespace {

std::vector<unsigned> free_cpus(const Board& board, const std::vector<Held>& held) {
    if (!board.exclusive_cpus) return board.cpus;
    std::set<unsigned> free(board.cpus.begin(), board.cpus.end());
    for (const auto& one : held) {
        for (const auto cpu : one.grant.cpus) free.erase(cpu);
    }
    return {free.begin(), free.end()};
}

void add_pieces(const MemoryPool& pool, const std::vector<Region>& free,
                std::vector<MemoryPool>& out) {
    if (counted(pool)) {
        std::uint64_t total = 0;
        for (const auto& hole : free) total += hole.size;
        if (total != 0) out.push_back({pool.name, 0, total, pool.comment});
        return;
    }
    for (const auto& hole : free) {
        const std::string name =
            free.size() == 1 ? pool.name : text(pool.name, "@", address(hole.base));
        out.push_back({name, hole.base, hole.size, pool.comment});
    }
}

unsigned free_ends(const Channel& channel, const std::vector<Held>& held) {
    std::set<unsigned> taken;
    for (const auto& one : held) {
        for (const auto& grant : one.grant.channels) {
            if (grant.name == channel.name && grant.peer < channel.peers) taken.insert(grant.peer);
        }
    }
    return channel.peers - static_cast<unsigned>(taken.size());
}

}  // namespace

Board remaining(const Board& board, const std::vector<Held>& held) {
    Board free = board;
    free.cpus = free_cpus(board, held);
    free.memory.clear();
    for (const auto& pool : board.memory) {
        add_pieces(pool, holes(region_of(pool), taken_of(board, pool, held)), free.memory);
    }
    std::erase_if(free.devices,
                  [&](const Device& device) { return !holders_of(device, held).empty(); });
    std::erase_if(free.irqs,
                  [&](std::uint32_t irq) { return holder_of_irq(irq, held) != nullptr; });
    free.channels.clear();
    for (const auto& channel : board.channels) {
        if (const unsigned ends = free_ends(channel, held); ends != 0) {
            free.channels.push_back({channel.name, channel.size, ends, channel.comment});
        }
    }
    return free;
}

}  // namespace phi::board
