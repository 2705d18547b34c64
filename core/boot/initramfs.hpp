// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"
#include "core/fs/rootfs.hpp"
#include "core/oci/spec.hpp"

namespace phi::boot {

struct InitramfsOptions {
    std::string guest_dir;   // holds ARCH/phi-init and ARCH/modules
    std::string arch;        // of the guest
    std::string bundle_dir;  // relative bind sources are resolved from here
};

// The initramfs of a Linux guest: the container's root file system, bind mounts copied in, phi-init
// and its configuration below /.runphi. A sealed memfd. Throws for a mount that cannot be honoured,
// naming it.
UniqueFd pack_initramfs(const Rootfs& rootfs, const oci::Spec& spec,
                        const InitramfsOptions& options);

}  // namespace phi::boot
