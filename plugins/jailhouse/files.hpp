// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// The few operations on files that the backend needs.
namespace runphi::jailhouse {

// Up to 1 MiB of a file; empty if there is none.
std::string read_file(const std::string& path);
// Creates or replaces a file of the path, mode 0600, without following a link.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace runphi::jailhouse
