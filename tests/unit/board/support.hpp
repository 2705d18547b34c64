// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/board/board.hpp"
#include "core/board/grant.hpp"
#include "support/errors.hpp"

namespace phi::board::test {

using phi::test::error_of;

inline constexpr std::uint64_t MiB = 1U << 20;

// Four exclusive CPUs, 64 MiB of memory in two pools, two devices, one channel.
inline Board small_board() {
    Board board;
    board.name = "small";
    board.cpus = {0, 1, 2, 3};
    board.memory = {{"low", 0x70000000, 48U << 20}, {"high", 0x80000000, 16U << 20}};
    board.devices = {
        {"uart1", "/soc/serial@9010000", {{0x9010000, 0x1000}, {0x9020000, 0x2000}}, {40, 41}},
        {"gpio", "/soc/gpio@9030000", {{0x9030000, 0x1000}, {0x9031000, 0x1000}}, {42}}};
    board.irqs = {50, 51};
    board.channels = {{"link", 0x1000, 2}};
    return board;
}

inline Request ask(unsigned cpus, std::uint64_t memory) {
    Request request;
    request.cpu_count = cpus;
    request.memory = memory;
    return request;
}

}  // namespace phi::board::test
