// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <vector>

namespace runphi::xen::dom0less {

// `runphi xen dom0less WORDS...`. Returns what it tells of what it has written.
std::string make(const sdk::Host& host, const std::vector<std::string>& words);

}  // namespace runphi::xen::dom0less
