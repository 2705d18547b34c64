// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../discover/facts.hpp"
#include "config.hpp"

namespace runphi::xen {

// The pool that a domain belongs in: the one that it names, else the one that has all of its CPUs;
// empty for one that may run anywhere. Throws Error if there is no such pool, if the pool has not
// got one of the CPUs (Xen would run the domain on others without a word), or if its scheduler is
// another one than the domain asks for.
std::string choose_pool(const std::vector<CpuPool>& pools, const CpuPart& cpu);

}  // namespace runphi::xen
