// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu.hpp"
#include "deadline.hpp"
#include "qmp.hpp"

namespace runphi::qemu {

// Keeps all threads of a QEMU on the partition's CPUs; a virtual CPU gets one of its own if there
// are as many. For a partition that is pinned to none, on all of the machine. QEMU must not do it:
// its sandbox forbids it to.
void pin_cpus(Qmp& qmp, int pid, const CpuPart& part, Deadline deadline);

}  // namespace runphi::qemu
