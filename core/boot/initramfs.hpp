// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/unique_fd.hpp"
#include "core/boot/cpio.hpp"
#include "core/boot/engine_file.hpp"
#include "core/boot/shared_bind.hpp"
#include "core/fs/rootfs.hpp"
#include "core/oci/spec.hpp"

namespace phi::boot {

struct InitramfsOptions {
    std::string guest_dir;   // holds ARCH/phi-init and ARCH/modules
    std::string arch;        // of the guest
    std::string bundle_dir;  // relative bind sources are resolved from here
    // Can the guest share files with the host? If not, why, in words that follow "and".
    bool can_share = false;
    std::string no_share = "this partition shares no files with the host";
    // The archive is held in memory, on the host and in the guest: what the container's memory
    // would not hold is refused before it fills the host's. Pass the guest's memory when it is
    // known. 4 GiB is what a loader takes.
    std::uint64_t limit = std::uint64_t{4} << 30;
};

struct Initramfs {
    UniqueFd archive;                // a memfd, still open for append_file()
    std::vector<SharedBind> shared;  // what the guest mounts from the host, in the share's order
    std::vector<EngineFile> engine_files;  // copied in
};

// The initramfs of a Linux guest: the container's root file system, bind mounts copied in, phi-init
// and its configuration below /.runphi. Throws for a mount that cannot be honoured, naming it. The
// same root file system and configuration give the same bytes.
//
// Mounts: kernel file systems become records for phi-init, /dev/shm a tmpfs. Bind mounts are shared
// with the host, copied in or refused as bind_way.hpp says; devices, sockets, and what lies on the
// host's /proc, /sys or /dev are refused always.
Initramfs pack_initramfs(const Rootfs& rootfs, const oci::Spec& spec,
                         const InitramfsOptions& options);

// Adds a file to a packed initramfs, or replaces one: for what is known only after the engine's
// hooks. Its directory is there.
void append_file(int initramfs, const CpioEntry& entry, std::string_view content);
// The same for /.runphi/NAME.
void append_own_file(int initramfs, const std::string& name, std::string_view content);
// From now on nobody can change it.
void seal_initramfs(int initramfs);

}  // namespace phi::boot
