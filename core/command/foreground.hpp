// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/process.hpp"
#include "core/base/unique_fd.hpp"

namespace phi::command {

// The signals of this process as a descriptor; blocked from now on, so that none is lost between
// the container's creation and wait_in_foreground.
UniqueFd block_signals();

// Waits for the container's monitor, our child, to end; meanwhile passes our signals on to it and,
// if there is a terminal, our own terminal's input, output and size. Returns the container's exit
// status.
int wait_in_foreground(const ProcessId& monitor, UniqueFd signals, UniqueFd terminal);

}  // namespace phi::command
