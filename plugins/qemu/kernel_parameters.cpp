// SPDX-License-Identifier: Apache-2.0
#include "kernel_parameters.hpp"

#include <runphi/sdk.hpp>
#include <runphi/sdk/kernel_parameters.hpp>
#include <vector>

#include "machine.hpp"

namespace runphi::qemu {

std::string linux_parameters(const std::string& arch, const std::string& machine,
                             const std::string& asked, const std::vector<std::string>& modules) {
    sdk::refuse_hiding_kernel_parameters(asked);
    const SerialPorts ports = serial_ports(arch, "linux");
    // First what the container may overrule: only an emergency is printed on the container's
    // output.
    std::string out = "loglevel=1";
    if (!asked.empty()) out += " " + asked;
    out += std::string(" console=") + ports.console;
    // A panic ends the partition. The self-tests of the kernel's ciphers take a fifth of the boot.
    out += " panic=-1 cryptomgr.notests";
    if (arch == "x86_64") out += " reboot=t";
    out += " rdinit=/.runphi/init";
    out += std::string(" runphi.console=") + ports.console;
    out += std::string(" runphi.agent=") + ports.agent;
    out += std::string(" runphi.sessions=") +
           (machine == "microvm" ? "virtio_mmio" : "virtio_pci") + ",virtio_console";
    for (std::size_t i = 0; i < modules.size(); ++i) {
        out += (i == 0 ? " runphi.modules=" : ",") + modules[i];
    }
    return out;
}

std::string own_kernel_parameters(const std::string& arch, const std::string& asked) {
    return sdk::own_kernel_parameters(asked, serial_ports(arch, "kernel").console);
}

std::string emulated_x86_parameters(std::uint64_t tsc_khz) {
    // no_timer_check: the kernel checks the timer's interrupts in real time, and panics on a busy
    // host.
    return " tsc_early_khz=" + std::to_string(tsc_khz) + " tsc=reliable no_timer_check";
}

std::string network_parameters(const std::string& machine) {
    const bool pci = machine != "microvm";
    return std::string(" runphi.modules=") + (pci ? "virtio_pci" : "virtio_mmio") + ",virtio_net";
}

}  // namespace runphi::qemu
