// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "../hypervisor/hypervisor.hpp"

// The helper's answers (request.hpp), without the line's end.
namespace runphi::xen {

std::string plain_answer();
std::string created_answer(std::uint32_t domid);
std::string state_answer(const Hypervisor& hypervisor, std::uint32_t domid, bool started);
std::string stats_answer(const Hypervisor& hypervisor, std::uint32_t domid);

}  // namespace runphi::xen
