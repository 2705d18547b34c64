// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace runphi::xen {

// More than Xen can be built for. What it reports and what a domain asks for is below.
inline constexpr unsigned most_cpus = 8192;

}  // namespace runphi::xen
