// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/text.hpp"
#include "core/boot/arch.hpp"
#include "core/doctor/finding.hpp"

namespace phi::doctor {
namespace {

bool has(const std::string& path) {
    return ::access(path.c_str(), R_OK) == 0;
}

}  // namespace

// Of the machine's own architecture: guests of another one are for trying out.
Findings look_at_guests(const Settings& settings) {
    const std::string dir = text(settings.guest_dir, "/", boot::host_arch());
    if (!has(dir + "/phi-init")) {
        return {{Level::note, "guests", text(dir, "/phi-init is missing: no Linux guests"),
                 "install runPHI's guest files, or name the folder as \"guest_dir\""}};
    }
    if (!has(dir + "/kernel")) {
        return {{Level::note, "guests",
                 text(dir,
                      "/kernel is missing: no Linux guests but those with a kernel of their "
                      "own"),
                 "runphi-configure -a, or runphi-prepare-guest"}};
    }
    return {{Level::ok, "guests", text("inmates; Linux with ", dir, "/kernel"), {}}};
}

}  // namespace phi::doctor
