// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/boot/choice.hpp"

namespace phi::boot {

// A value, who named it, and how to name the place in a message.
template <typename T>
struct Wish {
    T value;
    Source source;
    std::string where;  // "annotation org.runphi.kernel", "/boot/config.json: kernel"
};

// A disk that the guest keeps its state on. One value, so that no source describes another's.
struct Disk {
    std::string path;
    std::string format = "raw";  // or "qcow2"; never probed: a guest can write what looks like one
    std::string bus = "virtio";  // or "ahci", for guests without a virtio driver
};
// Throws Error(invalid) naming `where` for a format or bus that is none of these.
void check_disk(const Wish<Disk>& disk);

// What one boot source asks for, or all of them after merging. Paths are as written.
struct Wishes {
    std::optional<Wish<Kind>> kind;   // said outright: org.runphi.guest
    std::optional<Wish<bool>> linux;  // the guest is Linux (os_var, LINUX), or surely is not
    std::optional<Wish<std::string>> inmate, kernel, initrd, dtb;
    std::optional<Wish<Disk>> disk;
    std::optional<Wish<std::string>> cmdline, arch, net, rpu;
    std::optional<Wish<std::uint64_t>> load_address, entry_address, memory;
    std::optional<Wish<unsigned>> vcpus, stop_timeout_s;
    bool from_image_file = false;  // the original's default inmate, /boot/boot.bin, counts

    // Takes from a source of lower precedence what is not there yet.
    void complete(const Wishes& lower);
};

// Ranges that hold for every source.
inline constexpr unsigned max_vcpus = 4096;
inline constexpr std::uint64_t max_memory = std::uint64_t{1} << 52;
inline constexpr unsigned max_stop_timeout_s = 86400;

// config.json: vm. Warns about hypervisor.path and hypervisor.parameters, which are ignored: a
// partition's hypervisor is the node's.
Wishes vm_wishes(const oci::Vm& vm);

// Throws for an annotation org.runphi.* that nobody knows.
Wishes annotation_wishes(const oci::Spec& spec);
// Any org.runphi.* but org.runphi.runtime=runc, which asks for an ordinary container.
bool has_annotation_mark(const oci::Spec& spec);
bool asks_for_runc(const oci::Spec& spec);

// INMATE counts when it is not empty; KERNEL, RAMDISK and DTB when they are paths (with a slash),
// because ordinary images have a KERNEL=6.1 in their environment; CPIO and LINUX when they are
// paths or words of consent; NETCONF when it is not empty.
Wishes environment_wishes(const oci::Spec& spec);
bool has_environment_mark(const oci::Spec& spec);

// "1", "yes", "true", "on", "linux".
bool is_consent(const std::string& word);

}  // namespace phi::boot
