// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "emulator.hpp"
#include "firmware.hpp"
#include "machine.hpp"

namespace runphi::qemu {

// Which emulator, which machine. Whether KVM will serve is found out at create: the answer takes a
// boot, and planning has no effects.
std::string QemuBackend::begin(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    const sdk::Plan plan(in.plan);
    MachinePart part;
    part.emulator = require_emulator(settings, plan.arch);
    if (boots_from_disk(plan.kind, in.images)) {
        part.machine = machine_with_firmware(plan.arch);
        part.firmware = require_firmware(settings, plan.arch);
    } else {
        part.machine = machine_for(plan.arch, plan.kind, boot_format(plan, in.images));
    }
    part.accelerator = settings.accelerator;
    if (part.accelerator == Accelerator::kvm && plan.arch != host_arch()) {
        throw sdk::Error(sdk::Code::unsupported,
                         "backend_settings.qemu.accel is kvm, which runs no " + plan.arch +
                             " guest on this " + host_arch() + " machine",
                         "set it to auto");
    }
    return write_part(part);
}

}  // namespace runphi::qemu
