// SPDX-License-Identifier: Apache-2.0
#include "core/plan/managers.hpp"

namespace phi::plan {

std::string network(const oci::Spec& spec, const boot::Choice& choice) {
    const std::string* value = spec.annotation("org.runphi.net");
    return value != nullptr ? *value : choice.net;
}

}  // namespace phi::plan
