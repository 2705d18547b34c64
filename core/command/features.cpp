// SPDX-License-Identifier: Apache-2.0
#include "core/oci/features.hpp"

#include <unistd.h>

#include "core/command/options.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

int features() {
    write_all(STDOUT_FILENO, oci::features_document(), "write the features");
    return 0;
}

}  // namespace phi::command
