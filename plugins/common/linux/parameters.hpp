// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace runphi::common {

// The command line of a partition's kernel.
struct LinuxParameters {
    std::string asked;                     // by the container
    std::string tty;                       // "ttyAMA0"; empty: there is no serial port
    std::optional<std::uint64_t> channel;  // where its memory channel is, as the guest sees it
};

// Of the node's kernel with phi-init. Throws Error(invalid) for what is asked in vain.
std::string linux_parameters(const LinuxParameters& parameters);
// Of an image's own kernel: as the image wants it, with a console if it names none.
std::string own_kernel_parameters(const LinuxParameters& parameters);

}  // namespace runphi::common
