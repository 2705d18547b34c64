// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace phi::oci {

// Longest container id: it is the name of a directory (NAME_MAX of linux/limits.h).
inline constexpr std::size_t id_length_max = 255;

// Throws unless runc takes this id: letters, digits, '_', '+', ',', '-' and '.', but neither "."
// nor
// "..". In runc's words: "container id cannot be empty", "invalid container ID format".
void check_id(std::string_view id);

}  // namespace phi::oci
