// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi {

// One message over a unix socket: these bytes, and one descriptor (SCM_RIGHTS). Throws
// os_error(what).
void send_fd(int socket, std::string message, int fd, const std::string& what);

}  // namespace phi
