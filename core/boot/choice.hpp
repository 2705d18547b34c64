// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/unique_fd.hpp"
#include "core/fs/rootfs.hpp"
#include "core/oci/spec.hpp"
#include "core/settings/settings.hpp"

namespace phi::boot {

// Who named the thing to boot; in order of precedence.
enum class Source { vm, annotation, image_file, environment, node };
const char* to_string(Source source);

enum class Kind {
    inmate,  // one bare-metal binary
    linux,   // the node's kernel, the container's root file system as initramfs, phi-init as PID 1
    kernel,  // the image's own kernel, with its own initrd if it names one, booted as they are; or,
             // without a kernel, what the firmware finds on its disk
};
const char* to_string(Kind kind);

// What a disk is beside its bytes.
struct DiskFacts {
    std::string format;     // "raw", "qcow2"
    std::string bus;        // "virtio", "ahci"
    bool writable = false;  // what the guest writes stays in the image's file
};

// A file of the image, opened below its root file system; or the node's kernel.
struct Image {
    std::string role;  // "inmate", "kernel", "initrd", "dtb", "disk"
    std::string path;  // as the image names it, the node's kernel absolute; empty for what we made
    UniqueFd fd;
    std::uint64_t length = 0;
    std::optional<DiskFacts> disk = {};  // of a disk
};

// What to boot, merged from the boot sources, before anything has an effect.
struct Choice {
    Kind kind = Kind::linux;
    Source source = Source::node;
    std::vector<Image> images;
    std::string arch;  // "x86_64", "aarch64"; from the images, else the annotation, else the host's
    std::string cmdline;  // the guest kernel's parameters that the sources ask for
    std::optional<std::uint64_t> load_address;  // of an inmate, guest physical
    std::optional<std::uint64_t> entry_address;
    // What vm.hwConfig, the annotations and the original's /boot/config.json ask for, merged by
    // precedence and kept for the managers.
    std::optional<unsigned> vcpus;
    std::optional<std::uint64_t> memory;  // bytes
    std::string net;  // org.runphi.net, `net`, NETCONF; "no" when it was refused outright
    std::string rpu;  // rpu_req: "any", or the text given; empty: none
    std::optional<unsigned> stop_timeout_s;  // org.runphi.stop-timeout
};

// Has this container a mark that makes it ours? In this order: a `vm` section; an annotation
// org.runphi.*; /boot/configuration.json or /boot/config.json of the image when it is one of ours
// (image_config.hpp has the rule); the environment (wishes.hpp has the rule). The annotation
// org.runphi.runtime=runc beats them all. Reads the spec, and the two files only if the spec has no
// mark. Opens nothing else, and never throws: what it cannot read is no mark.
bool is_marked(const oci::Spec& spec, const std::string& rootfs_path);

// Merges the sources, field by field, the highest first, and opens the files. Throws for a missing
// or unfit file, naming path and source, and where an inmate and a kernel are both named, unless
// org.runphi.guest says which: then a source below the annotation is overruled.
Choice choose(const oci::Spec& spec, const Rootfs& rootfs, const Settings& settings);

}  // namespace phi::boot
