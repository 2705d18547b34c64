// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/monitor/launch.hpp"
#include "core/monitor/sync.hpp"

// The one long-lived process of a container. Its pid is the container's pid, its exit status the
// guest's. It makes the partition, so that every process of the partition is its child and dies
// with it; then it carries the console, signals and the exit status, asleep in poll(2) in between.
namespace phi::monitor {

// Exit status of a container whose guest crashed, or ended without a word where one was due: as if
// the guest had called abort(3).
inline constexpr int crash_status = 128 + 6;

// The child's part of launch(). Never returns.
[[noreturn]] void run_monitor(Launch launch, Sync sync);

}  // namespace phi::monitor
