// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "hardware.hpp"

namespace runphi::bao {

// Where the registers of an interrupt controller for so many CPUs are.
std::vector<Extent> places_of(const Gic& gic, unsigned cpu_count);

// Does one of them have all of it?
bool is_within(const std::vector<Extent>& extents, const Extent& what);

// The whole pages that have some of it. Throws nothing: an extent at the end of all addresses
// stays there.
Extent pages_of(const Extent& extent);

}  // namespace runphi::bao
