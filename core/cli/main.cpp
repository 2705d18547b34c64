// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include "core/cli/dispatch.hpp"

namespace {

// A caller may have closed descriptors 0 to 2. A file that we open must not become one of them; a
// program that we hand over to finds them closed all the same.
void ensure_stdio() {
    for (int fd = 0; fd < 3; ++fd)
        if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

}  // namespace

int main(int argc, char** argv) {
    ensure_stdio();
    return phi::cli::dispatch(argc, argv);
}
