// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>

// What every backend asks of a partition's disk.
namespace runphi::common {

inline constexpr std::uint32_t disk_sector = 512;  // bytes

// The disk among the planned images; nullptr if there is none.
const sdk::PlannedImage* planned_disk(const sdk::Plan& plan);
// For messages: "the disk PATH".
std::string name_of_disk(const sdk::PlannedImage& planned);
// Throws Error(invalid) unless a raw image of so many bytes has whole sectors, and one at least.
void require_sectors(const sdk::PlannedImage& planned, std::uint64_t bytes);

}  // namespace runphi::common
