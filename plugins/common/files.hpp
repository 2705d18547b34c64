// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The few operations on files that the backend needs.
namespace runphi::common {

// At most so many bytes of a file. Throws Error, with the code not_found if there is none.
std::string read_file(const std::string& path, std::size_t most);
// Creates or replaces a file of the path, mode 0600, without following a link.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace runphi::common
