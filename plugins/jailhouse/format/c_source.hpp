// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "layout.hpp"
#include "model.hpp"

// A configuration as C source, in the form of Jailhouse's own configs/: for people, and for whoever
// wants to take it over by hand. Compiled with the headers of the layout's tree it gives the same
// bytes as the writer.
namespace runphi::jailhouse {

std::string c_source(const Cell& cell, Layout layout);
std::string c_source(const System& system, Layout layout);

}  // namespace runphi::jailhouse
