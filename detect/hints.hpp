// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "detect/detect.hpp"

namespace phi::detect {

struct Finding {
    bool holds = false;
    std::string text;  // "/dev/kvm does not exist"
};

// Looks at the machine. Reads at most 64 KiB of a file and never blocks on a FIFO or a device.
Finding weigh(const Hint& hint);

}  // namespace phi::detect
