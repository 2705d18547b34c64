// SPDX-License-Identifier: Apache-2.0
#include "core/oci/version.hpp"

#include <cstdio>

#include "core/command/options.hpp"

namespace phi::command {

// moby takes the runtime's name from before the word "version" and the version from behind it, of
// the last line that has the word: one line may have it. go-runc knows runc's own name only and
// reports no version for any other, which is right: this is not runc.
int version() {
    std::printf("runphi version %s\nspec: %s\n", RUNPHI_VERSION, oci::version_max);
    return 0;
}

}  // namespace phi::command
