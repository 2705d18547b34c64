// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/model.hpp"

// The interrupts of a cell, as its configuration has them: bits of interrupt chips that are the
// root cell's. On a GIC an interrupt is an INTID, and a cell can have SPIs only, from 32 on.
namespace runphi::jailhouse {

// Does the root cell have it, so that it can be given away?
bool root_has_interrupt(const System& system, unsigned irq);
// On the chip that the root cell has it on. Throws Error(invalid) if it has it not.
void add_interrupt(Cell& cell, const System& system, unsigned irq);

}  // namespace runphi::jailhouse
