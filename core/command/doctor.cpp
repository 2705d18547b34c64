// SPDX-License-Identifier: Apache-2.0
#include "core/command/options.hpp"

#include <unistd.h>

#include "core/doctor/finding.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

int doctor(const Global& global, const Doctor& options) {
    const auto findings = doctor::examine(global.settings);
    write_all(STDOUT_FILENO, options.json ? doctor::print_json(findings) : doctor::print(findings),
              "write the findings");
    return doctor::able(findings) ? 0 : 1;
}

}  // namespace phi::command
