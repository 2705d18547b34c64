// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "layout.hpp"
#include "model.hpp"

// The strict reader. It takes any bytes: nothing in them is trusted, and nothing that it accepts is
// lost, so that a file that was read and is written again is the same, byte for byte; but for the
// eight bytes of a root cell's own header, which Jailhouse ignores.
namespace runphi::jailhouse {

// Throw Error(invalid) that names the member, its offset and its value. The length must be exactly
// what the counts make. `what` names the file. `arch` is for layouts whose files do not name it;
// without it, what the file looks like (arm and arm64 cannot be told apart then, and are arm64).
Cell read_cell(std::string_view bytes, Layout layout, const std::string& what,
               std::optional<Arch> arch = std::nullopt);
System read_system(std::string_view bytes, Layout layout, const std::string& what,
                   std::optional<Arch> arch = std::nullopt);

}  // namespace runphi::jailhouse
