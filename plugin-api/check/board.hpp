// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace check {

// What the plan needs of a board.
struct Board {
    std::vector<unsigned> cpus;
    bool exclusive_cpus = true;
    std::string pool;
    std::uint64_t pool_base = 0, pool_size = 0;
    std::uint64_t alignment = 4096, minimum = 1U << 20;
};

// Reads it by schema/board.json. Throws Failure or Error that names what is wrong.
Board read_board(const std::string& json);

}  // namespace check
