// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace runphi::jailhouse {

// The command line of a cell's kernel.
struct CellParameters {
    std::string asked;                     // by the container
    std::string tty;                       // "ttyAMA0"; empty: the cell has no serial port
    std::optional<std::uint64_t> channel;  // where in the cell its memory channel is
};

// Of the node's kernel with phi-init. Throws Error(invalid) for what is asked in vain.
std::string linux_parameters(const CellParameters& parameters);
// Of an image's own kernel: as the image wants it, with a console if it names none.
std::string own_kernel_parameters(const CellParameters& parameters);

}  // namespace runphi::jailhouse
