// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "change.hpp"

// The container engines of a node, and how each is told of a second runtime.
namespace phi::configure {

struct Engine {
    std::string name;
    std::string file;     // of its configuration, that names runPHI
    std::string content;  // the whole file, with what it holds already
    std::string restart;  // what makes it read that; empty: it reads it each time
};

// Those that are installed. Throws Error(invalid) for a configuration that cannot be added to, with
// the words to add by hand.
std::vector<Engine> engines(const Root& root, const std::string& runphi);

}  // namespace phi::configure
