// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/unique_fd.hpp"
#include "core/fs/rootfs.hpp"
#include "core/oci/spec.hpp"

namespace phi::boot {

struct InitramfsOptions {
    std::string guest_dir;   // holds ARCH/phi-init and ARCH/modules
    std::string arch;        // of the guest
    std::string bundle_dir;  // relative bind sources are resolved from here
    // The archive is held in memory, on the host and in the guest: what the container's memory
    // would not hold is refused before it fills the host's. Pass the guest's memory when it is
    // known. 4 GiB is what a loader takes.
    std::uint64_t limit = std::uint64_t{4} << 30;
};

// The initramfs of a Linux guest: the container's root file system, bind mounts copied in, phi-init
// and its configuration below /.runphi. A memfd, still open for append_own_file(). Throws for a
// mount that cannot be honoured, naming it. The same root file system and configuration give the
// same bytes.
//
// Mounts: kernel file systems become records for phi-init. Bind mounts are copied in where they
// cannot lose writes: those that are read-only, and the files that engines make for a container
// (/etc/hosts, /etc/hostname, /etc/resolv.conf and their like). /dev/shm becomes a tmpfs. Other
// writable binds are refused, unless the annotation org.runphi.binds=copy accepts that what the
// guest writes there is lost; so are devices, sockets, and what lies on the host's /proc, /sys or
// /dev.
UniqueFd pack_initramfs(const Rootfs& rootfs, const oci::Spec& spec,
                        const InitramfsOptions& options);

// Adds /.runphi/NAME to a packed initramfs, for what is known only after the engine's hooks.
void append_own_file(int initramfs, const std::string& name, std::string_view content);
// From now on nobody can change it.
void seal_initramfs(int initramfs);

}  // namespace phi::boot
