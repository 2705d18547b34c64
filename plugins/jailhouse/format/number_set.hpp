// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// Sets of small numbers as configurations hold them: CPUs, remote processors, FPGA regions,
// interrupts.
namespace runphi::jailhouse {

using Numbers = std::vector<unsigned>;  // ascending

// Bit n of byte n / 8 is number n.
Numbers numbers_of(const std::vector<std::uint8_t>& set);
// In as many bytes as whole 64-bit words need, as Jailhouse's own configurations have it.
std::vector<std::uint8_t> set_of(const Numbers& numbers);

// "0-2,7"; "none" for no number.
std::string list_text(const Numbers& numbers);

}  // namespace runphi::jailhouse
