// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "xenstore/client.hpp"

// The domains of ours, as xenstore has them: by name and UUID (domain/identity.hpp). It takes a few
// milliseconds, where a program with libxl takes a hundred.
namespace runphi::xen {

struct Domain {
    std::uint32_t domid = 0;
    std::string partition;
};

std::vector<Domain> our_domains(XenStore& store);
// The partition's; nullopt if there is none, or it is a foreign one of that name.
std::optional<Domain> find_domain(XenStore& store, const std::string& partition);

}  // namespace runphi::xen
