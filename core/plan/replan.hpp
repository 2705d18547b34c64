// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/board/grant.hpp"
#include "core/plan/assemble.hpp"

namespace phi::plan {

// The plan of a container that moves to other CPUs: this one with the new grant, `cpus` as what was
// asked for, and the backend's part for the CPUs written anew. Pure, as make_plan() is.
std::string replan_cpus(const std::string& plan, const board::Grant& grant,
                        const std::vector<unsigned>& cpus, const StageFunction& backend_half);

}  // namespace phi::plan
