// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/base/json.hpp"
#include "core/network/interface.hpp"

namespace phi::network {

// plan.network.namespace and plan.network.interfaces (plugin-api/schema/plan.json).
json::Value namespace_value(const Namespace& one, json::Document::AllocatorType& memory);
json::Value interfaces_value(const std::vector<Interface>& interfaces,
                             json::Document::AllocatorType& memory);

}  // namespace phi::network
