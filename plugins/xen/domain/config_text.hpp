// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config.hpp"

namespace runphi::xen {

// The domain in the syntax of xl.cfg(5): `xl create` of it makes the same one.
std::string config_text(const DomainConfig& domain);

}  // namespace runphi::xen
