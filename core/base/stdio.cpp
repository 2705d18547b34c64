// SPDX-License-Identifier: Apache-2.0
#include "core/base/stdio.hpp"

#include <fcntl.h>

namespace phi {

void ensure_stdio() {
    for (int fd = 0; fd < 3; ++fd)
        if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

}  // namespace phi
