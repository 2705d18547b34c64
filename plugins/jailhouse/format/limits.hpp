// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// What bounds the values of a configuration, beyond the width of its fields.
namespace runphi::jailhouse {

// Bytes of a cell's name; the driver cuts a longer one (driver/cell.c, JAILHOUSE_CELL_NAME_MAXLEN).
inline constexpr unsigned longest_cell_name = 31;

// Bytes of what the hypervisor maps at once.
inline constexpr std::uint64_t page = 4096;

// The INTID of a GIC's SPI 0. Those below are every CPU's own.
inline constexpr unsigned first_spi_intid = 32;

}  // namespace runphi::jailhouse
