// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>

namespace runphi::xen {

// How a domain has ended; the helper leaves it in the partition's directory.
struct End {
    bool failed = false;
    std::optional<int> exit_status;
    std::string detail;
    bool gone = false;  // nothing of the domain is left
};
std::string write_end(const End& end);
// nullopt: it has not ended, or its helper has died.
std::optional<End> read_end(int dir_fd);
sdk::Query query_of(const End& end);

}  // namespace runphi::xen
