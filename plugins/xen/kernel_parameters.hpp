// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace runphi::xen {

// What the kernel of a Linux guest drives its vifs with.
inline constexpr const char* network_module = "xen_netfront";

// Of the node's kernel with phi-init. `console`: the terminal that is the container's output.
// `agent`: the one that is the agent's channel, "ttyAMA0"; empty: there is none. Throws
// Error(invalid) for what is asked in vain.
std::string linux_parameters(const std::string& asked, const std::string& console,
                             const std::string& agent);
// Of an image's own kernel: as the image wants it, with a console if it names none.
std::string own_kernel_parameters(const std::string& asked, const std::string& console);

// Xen's own, of every guest that a toolstack makes.
inline constexpr const char* xen_console = "hvc0";

}  // namespace runphi::xen
