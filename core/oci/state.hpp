// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

namespace phi::oci {

// What is told of a container: to hooks, and by `state` and `list`.
struct State {
    std::string version;  // ociVersion
    std::string id;
    std::string status;  // "creating", "created", "running", "paused", "stopped"
    pid_t pid = 0;       // 0 when stopped
    std::string bundle;  // absolute
    std::map<std::string, std::string> annotations;
    // Beyond the specification, as runc has them.
    std::string rootfs;   // absolute
    std::string created;  // RFC 3339
    std::string owner;    // a user's name, or "#1000"
};

// The state of the OCI specification, on one line: what a hook reads.
std::string hook_state(const State& state);
// What `runc state` prints: indented by two spaces, no newline at the end.
std::string state_document(const State& state);
// Its object in what `runc list --format json` prints, on one line.
std::string list_entry(const State& state);

}  // namespace phi::oci
