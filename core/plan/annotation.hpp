// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/oci/spec.hpp"
#include "core/settings/settings.hpp"

namespace phi::plan {

// The items of an annotation that grants hardware: a comma list. Empty if the container has not got
// it. Throws Error(denied) if the node's settings do not list it.
std::vector<std::string> granting_annotation(const oci::Spec& spec, const Settings& settings,
                                             const std::string& name);

// Throws Error(denied) unless the node's settings list the annotation, which grants hardware.
void require_allowed(const Settings& settings, const std::string& name);

// Throws Error(invalid) "annotation NAME: MESSAGE".
[[noreturn]] void fail_annotation(const std::string& name, const std::string& message);

}  // namespace phi::plan
