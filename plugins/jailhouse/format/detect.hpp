// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "layout.hpp"
#include "model.hpp"

// Which layout a file has. Different trees use the same signature and revision for different
// layouts, so the rule is: of the layouts with this signature and revision, the one in which the
// header's counts make exactly the length of the file.
namespace runphi::jailhouse {

enum class Kind { cell, system };
const char* to_string(Kind kind);  // "cell", "system"

struct Format {
    Kind kind = Kind::cell;
    Layout layout = Layout::master;

    bool operator==(const Format&) const = default;
};

// No configuration is larger: a cell's may have 64 KiB.
inline constexpr std::size_t max_file_size = std::size_t{1} << 20;

// Throws Error(invalid) that says what was expected and found; `what` names the file.
Format detect(std::string_view bytes, const std::string& what);

// Bytes of a configuration without any table: its header.
std::size_t smallest_size(Format format);
// The length that the header in `bytes` claims in this layout; nullopt if there is not even a
// header.
std::optional<std::uint64_t> claimed_size(std::string_view bytes, Format format);

// The first eight bytes of a file in this layout.
std::string signature_of(Format format, Arch arch);

}  // namespace runphi::jailhouse
