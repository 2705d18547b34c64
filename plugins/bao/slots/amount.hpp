// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

// Numbers and names as board files write them (docs/board.md).
namespace runphi::bao {

inline constexpr std::uint64_t page = 4096;
inline constexpr unsigned most_cpus = 64;              // bits of Bao's cpumap_t
inline constexpr std::uint32_t most_interrupt = 1019;  // the last SPI of a GIC

// A JSON integer, or a string: "0x70000000", "4096", "64M".
std::uint64_t amount(const sdk::Json& value);
// The same of whole pages.
std::uint64_t page_amount(const sdk::Json& value);
// Of a member that may be absent.
std::uint64_t amount_or(const sdk::Json& object, std::string_view member, std::uint64_t fallback);

// "0-3,8", of CPUs below most_cpus; ascending, each once.
std::vector<unsigned> cpu_list(const sdk::Json& value);
std::string cpu_text(const std::vector<unsigned>& cpus);

// 1 to 31 characters: letters, digits and _ . -, the first one a letter. It becomes part of file
// names, of names in C and of nodes of device trees.
std::string name(const sdk::Json& value);

// 64-bit FNV-1a in 16 hexadecimal digits: tells texts apart that nobody has made to be alike.
std::string hash_text(std::string_view text);

}  // namespace runphi::bao
