// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi::oci {

// The features document (runtime-spec, features.md): what of a configuration a partition honours.
// Depends on nothing but the build. Indented by four spaces, with a newline at the end, as `runc
// features` prints it.
std::string features_document();

}  // namespace phi::oci
