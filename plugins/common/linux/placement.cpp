// SPDX-License-Identifier: Apache-2.0
#include "placement.hpp"

#include <runphi/sdk.hpp>
#include <string>

namespace runphi::common {

namespace {

// The kernel must lie on text_offset behind a multiple of it, and grants are multiples of it.
constexpr std::uint64_t block = 2U << 20;
constexpr std::uint64_t page = 4096;
// An initrd must lie in a window of at most so much with the kernel (Linux'
// Documentation/arch/arm64/booting.rst); nothing that is larger has ever been one.
constexpr std::uint64_t largest_window = std::uint64_t{32} << 30;

std::uint64_t aligned(std::uint64_t address, std::uint64_t to) {
    return (address + to - 1) / to * to;
}

}  // namespace

LinuxPlacement place_linux(const Extent& ram, const KernelHeader& kernel, std::uint64_t initrd_size,
                           std::uint64_t tree_room) {
    if (kernel.image_size > largest_window || initrd_size > largest_window ||
        tree_room > largest_window) {
        throw sdk::Error(sdk::Code::invalid,
                         "the kernel (" + std::to_string(kernel.image_size) +
                             " bytes), its initrd (" + std::to_string(initrd_size) +
                             ") or its device tree (" + std::to_string(tree_room) +
                             ") is too large for an arm64 kernel to boot");
    }
    LinuxPlacement out;
    out.kernel = aligned(ram.first, block) + kernel.text_offset;
    out.loader = aligned(out.kernel + kernel.image_size, page);
    const std::uint64_t behind = out.loader + page;
    if (initrd_size != 0) out.initrd = behind;
    out.device_tree = aligned(behind + initrd_size, page);
    const std::uint64_t end = out.device_tree + tree_room;
    if (end <= ram.end) return out;
    const std::uint64_t needed = aligned(end - ram.first, block);
    throw sdk::Error(sdk::Code::no_resource,
                     "the kernel needs " + std::to_string(kernel.image_size >> 20) +
                         " MiB and its initrd " + std::to_string(initrd_size >> 20) +
                         " MiB, and the container has " +
                         std::to_string((ram.end - ram.first) >> 20) + " MiB",
                     "give the container more memory: " + std::to_string(needed >> 20) +
                         " MiB are needed only to load them");
}

}  // namespace runphi::common
