// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi::forward {

// Is the open file this program, a copy of it, or a script that starts it? runphi may be installed
// under the name of runc, beside itself, or behind a wrapper; handing over to any of these would go
// round for ever. Every runphi carries an ELF note that tells it.
bool is_runphi(int fd);

}  // namespace phi::forward
