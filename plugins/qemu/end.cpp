// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "boot.hpp"
#include "cpu.hpp"
#include "machine.hpp"
#include "mem.hpp"
#include "share.hpp"

namespace runphi::qemu {

// The whole plan is there: it must read back, and what lies in the guest's memory at once must fit.
std::string QemuBackend::end(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    read_machine(plan);
    read_cpus(plan);
    read_boot(plan);
    read_share(plan);
    check_images_fit(in.images, read_memory(plan).bytes);
    return {};
}

}  // namespace runphi::qemu
