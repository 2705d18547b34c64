// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu.hpp"
#include "deadline.hpp"
#include "process.hpp"
#include "qmp.hpp"

namespace runphi::qemu {

// Keeps all threads of QEMU, and of who serves its share, on the partition's CPUs; a virtual CPU
// gets one of its own if there are as many. For a partition that is pinned to none, on all of the
// machine. QEMU must not do it: its sandbox forbids it to.
void pin_cpus(Qmp& qmp, const Handle& processes, const CpuPart& part, Deadline deadline);

}  // namespace runphi::qemu
