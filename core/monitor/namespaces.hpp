// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/oci/spec.hpp"

// The namespaces that the config asks for, as far as they mean something to a partition: network,
// ipc and uts, so that engines set up the network through /proc/PID/ns/net and other containers of
// a pod join it. The guest brings its own processes and mounts, so pid, mount, cgroup and time
// namespaces would only wrap the monitor: they are accepted and not made.
namespace phi::monitor {

// Throws for what cannot be honoured: a user namespace, two of one type. No effect.
void check_namespaces(const oci::Spec& spec);

// Joins or makes them for this process, sets the host name in a new uts namespace and brings up
// `lo` in a new network namespace.
void enter_namespaces(const oci::Spec& spec);

// The name that the host has for a process of the container: that of the config, else that of the
// uts namespace which the container joins (a pod's), else our own. Empty when there is no such
// namespace; who joins it says so.
std::string host_name(const oci::Spec& spec);

}  // namespace phi::monitor
