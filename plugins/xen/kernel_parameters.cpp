// SPDX-License-Identifier: Apache-2.0
#include "kernel_parameters.hpp"

#include <runphi/sdk.hpp>
#include <runphi/sdk/kernel_parameters.hpp>

namespace runphi::xen {

std::string linux_parameters(const std::string& asked, const std::string& console,
                             const std::string& agent) {
    sdk::refuse_hiding_kernel_parameters(asked);
    // First what the container may overrule: only an emergency is printed on the container's
    // output.
    std::string out = "loglevel=1";
    if (!asked.empty()) out += " " + asked;
    out += " console=" + console;
    // A panic ends the domain. The self-tests of the kernel's ciphers take a fifth of the boot.
    out += " panic=-1 cryptomgr.notests rdinit=/.runphi/init";
    out += " runphi.console=" + console;
    if (!agent.empty()) out += " runphi.agent=" + agent;
    sdk::check_kernel_parameters(out);
    return out;
}

std::string own_kernel_parameters(const std::string& asked, const std::string& console) {
    std::string out = sdk::own_kernel_parameters(asked, console);
    sdk::check_kernel_parameters(out);
    return out;
}

}  // namespace runphi::xen
