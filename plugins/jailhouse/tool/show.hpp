// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "../format/layout.hpp"
#include "../format/model.hpp"

// Configurations as tables for people. `size` is that of the file, in bytes.
namespace runphi::jailhouse {

std::string show(const Cell& cell, Layout layout, std::size_t size);
std::string show(const System& system, Layout layout, std::size_t size);

}  // namespace runphi::jailhouse
