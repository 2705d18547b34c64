// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "layout.hpp"
#include "model.hpp"

namespace runphi::jailhouse {

struct ConfigFile {
    Layout layout = Layout::master;
    std::variant<Cell, System> model;
    std::size_t size = 0;  // bytes
};

// What is known of a file beforehand.
struct Expected {
    std::optional<Layout> layout;
    std::optional<Arch> arch;
};

// Reads a cell's or a system's configuration. Throws Error that names the path.
ConfigFile read_config(const std::string& path, const Expected& expected = {});

}  // namespace runphi::jailhouse
