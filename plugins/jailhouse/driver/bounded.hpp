// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "device.hpp"

namespace runphi::jailhouse {

// Makes the call in a child process, and waits for it no longer than `timeout_ms`. 0 or the errno;
// nullopt if it has not returned: a call that hangs in the hypervisor cannot be broken off, and may
// still come to an end later. A call that a signal interrupted is made again.
std::optional<int> call_bounded(Device& device, std::uint32_t request, std::vector<char>& argument,
                                int timeout_ms);

}  // namespace runphi::jailhouse
