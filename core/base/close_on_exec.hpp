// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi {

// Marks every descriptor above standard error close-on-exec, whoever opened it. Safe between fork
// and exec: it allocates nothing. False with errno set when that cannot be done.
bool close_all_on_exec() noexcept;

}  // namespace phi
