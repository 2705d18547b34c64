// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "core/plan/plan.hpp"

namespace phi::plan {

// A backend's half of the managers: the stage, and the plan as it stands. The part, JSON, or empty.
using StageFunction = std::function<std::string(backend::Stage, const std::string& plan)>;

// make_plan() with the backend's half injected.
std::string assemble(const Input& input, const std::string& backend_id,
                     const StageFunction& backend_half);

}  // namespace phi::plan
