// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace runphi::xen {

// Of the node's kernel with phi-init. `agent`: the serial port that is the agent's channel,
// "ttyAMA0"; empty: there is none. Throws Error(invalid) for what is asked in vain.
std::string linux_parameters(const std::string& asked, const std::string& agent);
// Of an image's own kernel: as the image wants it, with a console if it names none.
std::string own_kernel_parameters(const std::string& asked);

}  // namespace runphi::xen
