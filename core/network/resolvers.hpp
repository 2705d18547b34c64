// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace phi::network {

// The name servers of a resolv.conf(5) that are in 127.0.0.0/8, as text, in their order and none
// twice, among the first three that count; but for 127.0.0.1, which is the guest's own. Such a
// server listens in the container's network namespace, where no guest can reach it.
std::vector<std::string> loopback_resolvers(std::string_view resolv_conf);

}  // namespace phi::network
