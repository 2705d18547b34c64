// SPDX-License-Identifier: Apache-2.0
#include "disk.hpp"

#include <algorithm>

namespace runphi::common {

const sdk::PlannedImage* planned_disk(const sdk::Plan& plan) {
    const auto disk = std::find_if(plan.images.begin(), plan.images.end(),
                                   [](const auto& one) { return one.role == "disk"; });
    return disk == plan.images.end() ? nullptr : &*disk;
}

std::string name_of_disk(const sdk::PlannedImage& planned) {
    return "the disk " + planned.path;
}

void require_sectors(const sdk::PlannedImage& planned, std::uint64_t bytes) {
    if (bytes != 0 && bytes % disk_sector == 0) return;
    throw sdk::Error(sdk::Code::invalid, name_of_disk(planned) + ": " + std::to_string(bytes) +
                                             " bytes are no whole number of 512-byte sectors");
}

}  // namespace runphi::common
