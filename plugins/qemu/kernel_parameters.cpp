// SPDX-License-Identifier: Apache-2.0
#include "kernel_parameters.hpp"

#include <runphi/sdk.hpp>
#include <sstream>
#include <vector>

#include "machine.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;

namespace {

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

std::size_t count(const std::string& text, char wanted) {
    std::size_t n = 0;
    for (const char c : text) n += c == wanted ? 1 : 0;
    return n;
}

// The kernel ends its own parameters at "--", and a quotation mark takes in all up to the next.
void refuse_what_hides_ours(const std::string& asked) {
    if (count(asked, '"') % 2 != 0) {
        throw Error(Code::invalid, "kernel parameters: a quotation mark has no partner: " + asked);
    }
    for (const std::string& word : words_of(asked)) {
        if (word == "--") {
            throw Error(Code::invalid,
                        "kernel parameters: \"--\" is not possible for a container: " + asked,
                        "the container's process has its own arguments");
        }
    }
}

}  // namespace

std::string linux_parameters(const std::string& arch, const std::string& machine,
                             const std::string& asked, const std::vector<std::string>& modules) {
    refuse_what_hides_ours(asked);
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
    for (const std::string& word : words_of(asked)) {
        if (word.rfind("console=", 0) == 0) return asked;
    }
    return asked + (asked.empty() ? "" : " ") + "console=" + serial_ports(arch, "kernel").console;
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

void check_kernel_parameters(const std::string& text) {
    if (text.size() > kernel_parameters_max) {
        throw Error(Code::invalid, "kernel parameters: " + std::to_string(text.size()) +
                                       " bytes; a kernel reads at most " +
                                       std::to_string(kernel_parameters_max));
    }
    for (const char c : text) {
        if (c == '\0' || c == '\n' || c == '\r') {
            throw Error(Code::invalid, "kernel parameters: a line's end or a NUL in them");
        }
    }
}

}  // namespace runphi::qemu
