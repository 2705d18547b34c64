// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "plugins/jailhouse/check/check.hpp"

// A machine with two cells with which nothing is wrong, to be spoilt by the tests of the check.
namespace jailhouse_test {

namespace jh = runphi::jailhouse;

struct Scene {
    Scene();

    jh::Cell& a() { return cells[0]; }
    jh::Cell& b() { return cells[1]; }
    // Each as "error: WHERE: WHAT".
    std::vector<std::string> findings() const;

    jh::Layout layout = jh::Layout::omnivisor;
    jh::System system;  // 4 CPUs, RAM at 0x40000000-0x7fbfffff, an ivshmem link of 3 peers
    // Each: one CPU, a loadable region at 0 (index 5), the communication region (6), its end of the
    // link (regions 0 to 4, as in the root cell), interrupt 144 or 148.
    std::vector<jh::Cell> cells;
};

using Lines = std::vector<std::string>;

}  // namespace jailhouse_test
