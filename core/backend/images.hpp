// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <vector>

#include "core/boot/choice.hpp"

namespace phi::backend {

// As they cross to a plugin; the descriptors stay the images'.
std::vector<runphi_image> packed(const std::vector<boot::Image>& images);

}  // namespace phi::backend
