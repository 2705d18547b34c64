// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "core/base/text.hpp"
#include "core/board/grant.hpp"

namespace phi::board::test {

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + below(high - low + 1);
    }
    bool one_in(unsigned n) { return below(n) == 0; }

  private:
    std::mt19937_64 engine_;  // its sequence is fixed by the standard, unlike the distributions'
};

inline Board random_board(Random& random) {
    Board board;
    board.name = "random";
    for (unsigned cpu = 0; cpu < 12; ++cpu) {
        if (!random.one_in(4)) board.cpus.push_back(cpu);
    }
    board.exclusive_cpus = !random.one_in(4);
    board.memory_alignment = std::uint64_t{1} << random.between(0, 8);
    board.memory_minimum = random.between(0, 600);
    std::uint64_t cursor = random.one_in(3) ? 0 : random.between(1, 5000);
    for (unsigned pool = 0; pool < random.between(1, 4); ++pool) {
        board.memory.push_back({text("pool", pool), cursor, random.between(1, 9000)});
        cursor += board.memory.back().size + (random.one_in(2) ? 0 : random.between(0, 700));
    }
    if (random.one_in(5)) board.memory.push_back({"top", UINT64_MAX - 4999, 5000});
    cursor = 1U << 20;
    for (unsigned d = 0; d < random.between(0, 5); ++d) {
        Device device{text("dev", d), text("/dev", d), {}, {}};
        for (unsigned r = 0; r < random.between(0, 3); ++r) {
            device.iomem.push_back({cursor, random.between(1, 64)});
            cursor += device.iomem.back().size + random.below(3);
        }
        if (random.one_in(2)) device.irqs = {100 + 2 * d, 101 + 2 * d};
        board.devices.push_back(device);
    }
    for (std::uint32_t irq = 0; irq < random.below(6); ++irq) board.irqs.push_back(irq);
    for (unsigned c = 0; c < random.below(3); ++c) {
        board.channels.push_back(
            {text("ch", c), random.below(9000), static_cast<unsigned>(random.between(1, 3))});
    }
    return board;
}

inline Request random_request(Random& random, const Board& board) {
    Request request;
    request.cpu_count = static_cast<unsigned>(random.between(1, 4));
    request.memory = random.below(3000);
    if (random.one_in(4)) {
        for (const auto cpu : board.cpus) {
            if (random.one_in(4)) request.cpu_list.push_back(cpu);
        }
    }
    for (const auto& device : board.devices) {
        if (random.one_in(8)) request.devices.push_back(device.name);
        if (random.one_in(8)) request.device_tree_paths.push_back(device.path);
        for (const auto& region : device.iomem) {
            if (random.one_in(8)) {
                const std::uint64_t skip = random.below(region.size);
                request.iomems.push_back({region.base + skip, region.size - skip});
            }
        }
        for (const auto irq : device.irqs) {
            if (random.one_in(8)) request.irqs.push_back(irq);
        }
    }
    for (const auto irq : board.irqs) {
        if (random.one_in(6)) request.irqs.push_back(irq);
    }
    for (const auto& channel : board.channels) {
        if (random.one_in(4)) request.channels.push_back(channel.name);
    }
    return request;
}

}  // namespace phi::board::test
