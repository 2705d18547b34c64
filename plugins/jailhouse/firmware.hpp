// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "settings.hpp"

// The image of a cell's remote processors: a file in the folder from which the kernel loads
// firmware, because the driver takes a name there and no bytes. There is at most one a partition,
// and its name follows from the partition's, so that it is found after a crash, too.
namespace runphi::jailhouse {

// "runphi-0123456789abcdef.elf": 27 bytes of the 31 that the driver takes.
std::string firmware_name(const std::string& partition);
void write_firmware(const Settings& settings, const std::string& partition,
                    const sdk::Image& image);
void remove_firmware(const Settings& settings, const std::string& partition);  // gone is fine

}  // namespace runphi::jailhouse
