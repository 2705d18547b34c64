// SPDX-License-Identifier: Apache-2.0
#include "core/plan/options.hpp"

#include "core/plan/annotation.hpp"

namespace phi::plan {

std::map<std::string, std::string> backend_options(const oci::Spec& spec, const Settings& settings,
                                                   const std::string& backend) {
    const std::string prefix = "org.runphi." + backend + ".";
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : spec.annotations) {
        if (!name.starts_with(prefix)) continue;
        require_allowed(settings, name);
        out[name.substr(prefix.size())] = value;
    }
    return out;
}

}  // namespace phi::plan
