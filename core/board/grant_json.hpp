// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.hpp"
#include "core/board/grant.hpp"

namespace phi::board {

// The grant as it stands in a plan ("grant" of plugin-api/schema/plan.json).
json::Value grant_value(const Grant& grant, json::Document::AllocatorType& memory);

}  // namespace phi::board
