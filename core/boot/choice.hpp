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
    kernel,  // the image's own kernel, with its own initrd if it names one, booted as they are
};
const char* to_string(Kind kind);

// A file of the image, opened below its root file system.
struct Image {
    std::string role;  // "inmate", "kernel", "initrd", "dtb", "disk"
    std::string path;  // as the image names it; empty for what we made ourselves
    UniqueFd fd;
    std::uint64_t length = 0;
};

// What to boot, merged from the boot sources, before anything has an effect.
struct Choice {
    Kind kind = Kind::linux;
    Source source = Source::node;
    std::vector<Image> images;
    std::string arch;  // "x86_64", "aarch64"; from the images, else the annotation, else the host's
    std::string cmdline;  // the guest kernel's parameters that the sources ask for
    std::optional<std::uint64_t> load_address;  // of a raw inmate, guest physical
    std::optional<std::uint64_t> entry_address;
    // What the original's /boot/config.json may ask for, kept for the managers.
    std::optional<unsigned> vcpus;
    std::optional<std::uint64_t> memory;  // bytes
    std::string net;                      // NETCONF
    std::string rpu;                      // rpu_req
};

// Has this container a mark that makes it ours (DESIGN.md: "Is it ours?")? Reads the spec, and the
// two /boot files of the image only if the spec has no mark. Opens nothing else.
bool is_marked(const oci::Spec& spec, const std::string& rootfs_path);

// Merges the sources and opens the files. Throws for a missing or unfit file, naming path and
// source.
Choice choose(const oci::Spec& spec, const Rootfs& rootfs, const Settings& settings);

}  // namespace phi::boot
