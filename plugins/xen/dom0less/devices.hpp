// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "../domain/config.hpp"

namespace runphi::xen::dom0less {

// The partial device tree by which Xen gives a domain devices and memory at boot (Xen's
// docs/misc/arm/passthrough.txt): `given`, what the guest is to find, with what Xen is to map added
// to its node /passthrough. Empty if the domain has nothing of that. Throws Error(denied) if
// `given` itself says what is to be mapped: that is the node's to say.
std::string device_tree(const std::string& given, const DomainConfig& domain);

}  // namespace runphi::xen::dom0less
