// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "boot.hpp"
#include "cpu.hpp"
#include "machine.hpp"
#include "mem.hpp"

namespace runphi::qemu {

// The whole plan is there: it must read back, and what lies in the guest's memory at once must fit.
std::string QemuBackend::end(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    read_machine(plan);
    read_cpus(plan);
    read_boot(plan);
    const std::uint64_t memory = read_memory(plan).bytes;
    std::uint64_t images = 0;
    for (const sdk::Image& image : in.images) {
        if (image.role == "disk") continue;
        if (__builtin_add_overflow(images, image.length, &images)) images = UINT64_MAX;
    }
    if (images >= memory) {
        throw sdk::Error(sdk::Code::invalid,
                         "the guest's images have " + std::to_string(images) +
                             " bytes, and its memory has " + std::to_string(memory),
                         "give the container more memory");
    }
    return {};
}

}  // namespace runphi::qemu
