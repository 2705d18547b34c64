// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "core/oci/spec.hpp"
#include "core/settings/settings.hpp"

namespace phi::plan {

// The annotations that are the backend's own, org.runphi.BACKEND.NAME: by NAME. Only the backend
// knows what they grant, so each counts as hardware: throws Error(denied) for one that the node's
// settings do not list. Those of other backends are left out.
std::map<std::string, std::string> backend_options(const oci::Spec& spec, const Settings& settings,
                                                   const std::string& backend);

}  // namespace phi::plan
