// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/oci/spec.hpp"

namespace phi::boot {

bool has_option(const oci::Mount& mount, std::string_view name);

// Is it a bind mount, by type or by option?
bool is_bind(const oci::Mount& mount);

// What the options of a bind mount come to; of two that contradict each other the later holds, as
// with mount(8).
struct BindOptions {
    bool recursive = false;  // rbind: with what is mounted below the source
    bool read_only = false;
    // What is mounted below the source later shows up too: all propagations but private. Nothing
    // that a guest mounts can reach the host, so `shared` is `slave`.
    bool follows_host = true;
    // What is left for the guest, which does not see the host's mount: "ro", "nosuid", "noexec".
    std::vector<std::string> guest;
};

// Throws Error(unsupported) for an option that changes what the files are (idmap).
BindOptions bind_options(const oci::Mount& mount);

}  // namespace phi::boot
