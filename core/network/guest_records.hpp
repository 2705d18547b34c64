// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/network/interface.hpp"

namespace phi::network {

// The content of /.runphi/network (guest/phi-init/network_keys.h). `resolvers`: as
// loopback_resolvers() finds them. Throws Error(unsupported) for
// more than phi-init reads.
std::string guest_records(const std::vector<Interface>& interfaces,
                          const std::vector<std::string>& resolvers);

}  // namespace phi::network
