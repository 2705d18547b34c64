// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// A file of phi-init with these records, as the host writes it.
inline std::string records(const std::vector<std::string>& lines) {
    using namespace std::string_literals;
    std::string text = "format=1"s + '\0';
    for (const auto& line : lines) text += line + '\0';
    return text;
}
