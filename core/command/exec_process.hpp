// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/command/options.hpp"
#include "core/oci/spec.hpp"

namespace phi::command {

// The process that `exec` runs: the one of --process, or the container's own with what the flags
// change. Throws in runc's words where it cannot be one.
oci::Process exec_process(const Exec& options, const oci::Spec& container);

}  // namespace phi::command
