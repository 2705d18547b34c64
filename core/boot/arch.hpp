// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

// What a boot file is made of, read from its first bytes: formats and the architecture they are
// for. Reads headers only, all of it bounded, because a stranger wrote them.
namespace phi::boot {

enum class Format {
    elf,          // 32 or 64 bit, little endian, executable
    arm64_image,  // Linux' Documentation/arch/arm64/booting.rst: "ARM\x64" at 0x38
    bzimage,      // Linux' Documentation/arch/x86/boot.rst: "HdrS" at 0x202
    gzip,         // RFC 1952: as a kernel, an Image that the backend is to unpack
    raw,          // anything else
};
const char* to_string(Format format);

struct ImageFacts {
    Format format = Format::raw;
    std::string arch;                 // "x86_64", "aarch64", "arm" (an RPU's); empty: not known
    std::uint64_t entry_address = 0;  // of an ELF file
    std::string found;                // for messages: "gzip data (1f 8b 08 00 00 00 00 00)"
};

// `what` names the file in errors. Throws for an empty file, and for an ELF file that no loader
// could load: cut off, big endian, no program headers, segments beyond the end, an object file, an
// architecture that partitions have not got.
ImageFacts inspect_image(int fd, std::uint64_t length, const std::string& what);

// Throws if this is no kernel: an ELF file, an arm64 Image, a bzImage, or what gzip has packed.
// Which of them it starts the backend says: this is about what nobody could.
void require_kernel(const ImageFacts& facts, const std::string& what);

// Throws if this is no flattened device tree, or cut off.
void require_device_tree(int fd, std::uint64_t length, const std::string& what);

// The machine we run on, in the names used here; uname's word where it is neither.
std::string host_arch();

// Is this a name used here for an architecture that partitions can have?
bool is_known_arch(const std::string& arch);

}  // namespace phi::boot
