// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <vector>

#include "domain/config.hpp"

namespace runphi::xen {

// What a domain's kernel and initrd are loaded from. The descriptors are the images' own.
struct BootFiles {
    sdk::UniqueFd wrapped;  // of a raw inmate
    int kernel = -1, ramdisk = -1;
    std::uint64_t kernel_size = 0, ramdisk_size = 0;  // bytes
};

BootFiles boot_files(const DomainConfig& domain, const std::vector<sdk::Image>& images);

}  // namespace runphi::xen
