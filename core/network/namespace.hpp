// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/network/interface.hpp"

namespace phi::network {

// The namespace behind a path; nullopt if there is none.
std::optional<Namespace> namespace_at(const std::string& path);

// Is it the one of this process, or of the machine's first process? Engines give a container that
// is to use the host's network either no namespace or a path to this one.
bool is_host_namespace(const Namespace& one);

}  // namespace phi::network
