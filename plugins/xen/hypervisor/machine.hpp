// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "../discover/facts.hpp"
#include "../xenstore/client.hpp"
#include "hypervisor.hpp"

namespace runphi::xen {

// Everything for the board. Throws Error.
Facts read_machine(const Hypervisor& hypervisor, XenStore& store);

// The domains of ours and their states, as mode::list answers.
std::string list_answer(const Hypervisor& hypervisor, XenStore& store);

}  // namespace runphi::xen
