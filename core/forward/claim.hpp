// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/oci/spec.hpp"
#include "core/settings/settings.hpp"

// Is this container ours? Decided once, at create (DESIGN.md: "Is it ours?").
namespace phi::forward {

// A Kubernetes or CRI-O sandbox: the process that holds a pod's namespaces. It must be an ordinary
// process, whatever the node's settings say.
bool is_sandbox(const oci::Spec& spec);

// Does the bundle ask for a partition, or do the settings give it one? Opens config.json and, when
// it has no mark, the two /boot files of the image. A bundle that cannot be read is not ours, so
// that runc reports it in its own words, unless its text carries one of our marks: what asks for a
// partition must never run as an ordinary process because of a mistake in it.
bool claims_bundle(const Settings& settings, const std::string& bundle);

}  // namespace phi::forward
