// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

namespace phi {

// Opens a file that we are about to believe or execute. It and every directory on the way to it,
// links resolved, must belong to root, and nobody else may write them (a sticky directory such as
// /tmp counts as safe: others cannot rename what root owns there). Throws Error(denied) that names
// the first one that breaks the rule, and what to do.
UniqueFd open_trusted(const std::string& absolute_path);

// The same check without keeping the file open; for directories too.
void require_trusted(const std::string& absolute_path);

}  // namespace phi
