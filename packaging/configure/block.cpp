// SPDX-License-Identifier: Apache-2.0
#include "block.hpp"

#include <string_view>

namespace phi::configure {
namespace {

constexpr std::string_view first = "# runphi-configure: from here\n";
constexpr std::string_view last = "# runphi-configure: to here\n";

}  // namespace

std::string with_block(const std::string& file, const std::string& lines) {
    std::string out = without_block(file).value_or(file);
    if (!out.empty() && out.back() != '\n') out += '\n';
    return out.append(first).append(lines).append(last);
}

std::optional<std::string> without_block(const std::string& file) {
    const auto from = file.find(first);
    if (from == std::string::npos) return std::nullopt;
    const auto to = file.find(last, from);
    if (to == std::string::npos) return std::nullopt;
    return file.substr(0, from) + file.substr(to + last.size());
}

}  // namespace phi::configure
