// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/line/request.hpp"

namespace phi::cli {

// Calls the command that does what was asked for. Returns the exit status; failures are thrown.
int perform(const line::Global& global, const line::Request& request);

}  // namespace phi::cli
