// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../format/layout.hpp"
#include "../format/model.hpp"

// What neither Jailhouse's driver nor its hypervisor checks, and what they refuse without saying
// why: found before anything is asked of them.
namespace runphi::jailhouse {

enum class Severity {
    error,    // it is refused, or breaks the cell, another one, or the machine
    warning,  // it works, but probably not as it was meant
};

struct Finding {
    Severity severity = Severity::error;
    std::string where;  // "cell \"a\", memory region 3 (0x70000000-0x700fffff)"
    std::string what;
};

inline constexpr std::size_t most_findings = 100;  // of each severity that are returned

// All cells, as if they lived at the same time on this system; both of this layout. Errors first;
// if there were more than are returned, the last of them says so.
std::vector<Finding> check(const System& system, const std::vector<Cell>& cells, Layout layout);

bool has_error(const std::vector<Finding>& findings);

}  // namespace runphi::jailhouse
