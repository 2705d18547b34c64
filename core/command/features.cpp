// SPDX-License-Identifier: Apache-2.0
#include "core/oci/features.hpp"

#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/command/vanilla.hpp"
#include "core/fs/file.hpp"
#include "detect/detect.hpp"

namespace phi::command {

namespace {

std::string backends(const Settings& settings) {
    std::vector<std::string> ids;
    for (const auto& candidate : detect::survey(settings.backends_dir))
        ids.push_back(candidate.manifest.id);
    return join(ids, ",");
}

// An ordinary container has all that runc has (from 1.1 on, it tells), a partition what ours says.
std::string document(const Settings& settings) {
    const std::string with = backends(settings);
    if (const auto vanilla = ask_vanilla(settings, {"features"})) {
        try {
            return oci::features_with(*vanilla, with);
        } catch (const Error& error) {
            log::debug("features: " + error.message());
        }
    }
    return oci::features_document(with);
}

}  // namespace

int features(const Global& global) {
    write_all(STDOUT_FILENO, document(global.settings), "write the features");
    return 0;
}

}  // namespace phi::command
