// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>

namespace runphi::xen {

// Ends the partition's domain and its helper, whatever there is of them, and removes its files.
// Gone is fine. Throws Error if a domain is there that cannot be ended.
void remove_partition(const sdk::Host& host, const sdk::Partition& partition);

// Ends a domain that its helper has left behind.
void destroy_domain(const sdk::Host& host, const sdk::Partition& partition);

}  // namespace runphi::xen
