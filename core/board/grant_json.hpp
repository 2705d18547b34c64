// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.hpp"
#include "core/board/grant.hpp"

namespace phi::board {

using Allocator = json::Document::AllocatorType;

// What grants and boards are written with: numbers as an array, regions as one of base and size.
json::Value numbers_value(const std::vector<std::uint32_t>& numbers, Allocator& memory);
json::Value regions_value(const std::vector<Region>& regions, Allocator& memory);

// The grant as it stands in a plan ("grant" of plugin-api/schema/plan.json).
json::Value grant_value(const Grant& grant, Allocator& memory);

}  // namespace phi::board
