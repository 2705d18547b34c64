// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "domain/config.hpp"

namespace runphi::xen {

// The partial device tree of a domain (xl.cfg(5), device_tree): of the node's settings, or of the
// image; empty if it has none. Throws Error(invalid) for what is damaged, or has no /passthrough.
std::string read_partial_tree(const DomainConfig& domain, const std::vector<sdk::Image>& images);

}  // namespace runphi::xen
