// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace fake {

// Eight CPUs, 1 GiB, two serial ports, a channel: small enough to run out of, as a real board is.
std::string default_board();

}  // namespace fake
