// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

// Lines of ours at the end of a file that is somebody else's, between two that say so. TOML takes a
// table wherever it stands.
namespace phi::configure {

std::string with_block(const std::string& file, const std::string& lines);
// nullopt: there is none.
std::optional<std::string> without_block(const std::string& file);

}  // namespace phi::configure
