// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi::test {

// A disk of 1 MiB without partitions, a FAT12 file system (Microsoft's "FAT: General Overview of
// On-Disk Format", 1.03) with one file: EFI/BOOT/BOOTAA64.EFI, which UEFI on arm64 starts from a
// disk that says nothing else. Its second sector is nobody's.
std::string fat_disk_with(const std::string& application);

}  // namespace phi::test
