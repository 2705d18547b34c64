// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/process.hpp"
#include "core/oci/state.hpp"

namespace phi::container {

enum class Status { creating, created, running, paused, stopped };
const char* to_string(Status status);

// What state.json holds: all that a later command, or recovery after a crash, must know of a
// container. It is written before the effect that it describes, so that whatever dies, the undo
// knows what to undo.
struct Record {
    std::string id;
    std::string root;    // --root, absolute; empty: the default
    std::string bundle;  // absolute
    std::string rootfs;  // absolute
    std::string oci_version;
    std::string created;  // RFC 3339
    std::map<std::string, std::string> annotations;

    Status status = Status::creating;
    // A command is between asking the backend for another status and recording it. If it died
    // there, only the backend knows.
    bool in_doubt = false;
    std::string boot_id;  // of the boot in which it was written; another one makes all of it stale
    ProcessId owner;      // the command that creates it
    ProcessId monitor;    // pid 0 until there is one
    std::string backend;
    std::string partition;             // the hypervisor's name for it; empty until it is chosen
    std::string cgroup;                // its own, below each hierarchy; empty: its creator's
    std::vector<std::string> cgroups;  // directories we made, in the order of making
    std::string pid_file;              // written by create, removed if create fails

    std::string to_json() const;
    // Throws Error(invalid) naming `what`.
    static Record parse(const std::string& text, const std::string& what);
};

}  // namespace phi::container
