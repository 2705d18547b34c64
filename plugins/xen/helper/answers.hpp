// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "xl.hpp"

// The helper's answers (request.hpp), without the line's end.
namespace runphi::xen {

std::string plain_answer();
std::string failure_answer(const sdk::Error& error);
std::string created_answer(std::uint32_t domid);
std::string state_answer(Xl& xl, std::uint32_t domid, bool started);
std::string stats_answer(Xl& xl, std::uint32_t domid);
std::string list_answer(Xl& xl);

}  // namespace runphi::xen
