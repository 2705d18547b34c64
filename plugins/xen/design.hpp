// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "domain/config.hpp"

namespace runphi::xen {

// The first of a role; nullptr: there is none.
const sdk::Image* find_image(const std::vector<sdk::Image>& images, const char* role);
// What the domain boots: its kernel, or its inmate. Throws Error(invalid) if there is none.
const sdk::Image& kernel_image(const std::vector<sdk::Image>& images);

// The domain of a plan, with name and UUID, without paths. Throws Error if a part is missing, or
// the parts do not fit each other.
DomainConfig design_domain(const sdk::Plan& plan);
// What is in the domain's memory at once must fit in it.
void check_images_fit(const std::vector<sdk::Image>& images, const DomainConfig& domain);

}  // namespace runphi::xen
