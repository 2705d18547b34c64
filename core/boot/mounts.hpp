// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/boot/engine_file.hpp"
#include "core/boot/initramfs.hpp"
#include "core/boot/shared_bind.hpp"
#include "core/boot/tree.hpp"
#include "core/oci/spec.hpp"

namespace phi::boot {

// What is left of the mounts for phi-init to do.
struct GuestMount {
    std::string type, source;
    Place place;
    std::vector<std::string> options;
};
struct GuestMounts {
    std::vector<GuestMount> mounts;  // in order; PHI_MOUNT_SHARE: `source` is a place in `shared`
    std::vector<SharedBind> shared;
    std::vector<Place> read_only;          // copied in, become read-only
    std::vector<Place> writable;           // copied in, stay writable on a read-only root
    std::vector<EngineFile> engine_files;  // among these
};

// Lays the configuration's mounts over the tree, in order. Throws for one that cannot be honoured:
// "mount SOURCE to DESTINATION: ...".
GuestMounts lay_mounts(Tree& tree, const oci::Spec& spec, const InitramfsOptions& options);

}  // namespace phi::boot
