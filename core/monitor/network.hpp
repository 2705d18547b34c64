// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/monitor/launch.hpp"

namespace phi::monitor {

// After the hooks: reads what the engine has made in the container's network namespace, which this
// process is in, and writes it into the plan and, for a Linux guest, into its initramfs. Nothing
// where the plan gives the partition no network of its container's. Throws if a guest cannot have
// it.
void give_network(Launch& launch);

}  // namespace phi::monitor
