// SPDX-License-Identifier: Apache-2.0
#include "parameters.hpp"

#include <runphi/memory_channel.h>

#include <runphi/sdk.hpp>
#include <runphi/sdk/kernel_parameters.hpp>

#include "../extent.hpp"

namespace runphi::common {

std::string linux_parameters(const LinuxParameters& parameters) {
    sdk::refuse_hiding_kernel_parameters(parameters.asked);
    // First what the container may overrule: only an emergency is printed on the container's
    // output.
    std::string out = "loglevel=1";
    if (!parameters.asked.empty()) out += " " + parameters.asked;
    if (!parameters.tty.empty()) out += " console=" + parameters.tty;
    // A panic ends the partition. The self-tests of the kernel's ciphers take a fifth of the boot.
    out += " panic=-1 cryptomgr.notests rdinit=/.runphi/init";
    if (parameters.channel) {
        out += std::string(" ") + RUNPHI_MEMORY_CHANNEL_WORD + "=" + hex(*parameters.channel);
    } else if (!parameters.tty.empty()) {
        out += " runphi.console=" + parameters.tty;
    }
    sdk::check_kernel_parameters(out);
    return out;
}

std::string own_kernel_parameters(const LinuxParameters& parameters) {
    std::string out = sdk::own_kernel_parameters(parameters.asked, parameters.tty);
    sdk::check_kernel_parameters(out);
    return out;
}

}  // namespace runphi::common
