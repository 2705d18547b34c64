// SPDX-License-Identifier: Apache-2.0
#include "core/plan/annotation.hpp"
#include "core/plan/managers.hpp"

namespace phi::plan {

void ask_channels(const oci::Spec& spec, const Settings& settings, board::Request& request) {
    request.channels = granting_annotation(spec, settings, "org.runphi.channels");
}

}  // namespace phi::plan
