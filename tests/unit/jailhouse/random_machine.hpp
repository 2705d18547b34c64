// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

#include "core/board/board.hpp"
#include "core/board/grant.hpp"
#include "fake/jailhouse/machine.hpp"
#include "plugins/jailhouse/format/layout.hpp"
#include "plugins/jailhouse/format/model.hpp"

namespace jailhouse_test {

namespace jh = runphi::jailhouse;

// An arm64 machine or a PC with nothing wrong: the system configuration, the board that goes with
// it, and the facts of the model of it.
struct RandomMachine {
    explicit RandomMachine(std::uint64_t seed);

    // What a container may ask this board for; some of it cannot be had.
    phi::board::Request request();
    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    bool one_in(unsigned n) { return below(n) == 0; }

    jh::Layout layout = jh::Layout::master;
    jh::System system;
    phi::board::Board board;
    fake_jailhouse::Facts facts;

  private:
    bool is_pc() const { return system.arch == jh::Arch::x86; }
    void make_pc();
    void add_memory();
    void add_links();
    void add_link(std::uint16_t number, std::uint64_t base);
    void add_registers();
    void add_card();
    void add_colours();
    void add_interrupts();

    std::mt19937_64 engine_;  // its sequence is fixed by the standard, unlike the distributions'
    std::uint64_t ram_end_ = 0, pool_end_ = 0;
};

}  // namespace jailhouse_test
