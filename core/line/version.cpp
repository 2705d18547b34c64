// SPDX-License-Identifier: Apache-2.0
#include "core/line/version.hpp"

#include "core/base/text.hpp"
#include "core/oci/version.hpp"

namespace phi::line {

// moby takes the runtime's name from before the word "version" and the version from behind it, of
// the last line that has the word: one line may have it. go-runc knows runc's own name only and
// reports no version for any other, which is right: this is not runc.
std::string version_page() {
    return text("runphi version ", RUNPHI_VERSION, "\nspec: ", oci::version_max, "\n");
}

}  // namespace phi::line
