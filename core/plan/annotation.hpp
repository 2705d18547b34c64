// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/oci/spec.hpp"
#include "core/settings/settings.hpp"

namespace phi::plan {

// How many things of one kind a container may ask for, by annotation or in vm.hwConfig. More is no
// board's, and what is compared with all grants must be bounded.
inline constexpr std::size_t items_limit = 1024;

// The items of an annotation that grants hardware: a comma list. Empty if the container has not got
// it. Throws Error(denied) if the node's settings do not list it.
std::vector<std::string> granting_annotation(const oci::Spec& spec, const Settings& settings,
                                             const std::string& name);

// Throws Error(denied) unless the node's settings list the annotation, which grants hardware.
void require_allowed(const Settings& settings, const std::string& name);

// Throws Error(invalid) "annotation NAME: MESSAGE".
[[noreturn]] void fail_annotation(const std::string& name, const std::string& message);

}  // namespace phi::plan
