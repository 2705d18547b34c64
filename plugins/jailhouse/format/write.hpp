// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "layout.hpp"
#include "model.hpp"

// The writer. What it returns has been read again and compared: it is a whole file of that layout
// and says exactly what the model says.
namespace runphi::jailhouse {

// Throw Error(unsupported) that names the member if the layout has no place for it, and
// Error(invalid) if it does not fit into its place.
std::string write_cell(const Cell& cell, Layout layout);
std::string write_system(const System& system, Layout layout);

}  // namespace runphi::jailhouse
