// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// Small files of the kinds that a distribution ships, made to measure.
namespace samples {

std::string gzip(const std::string& data);
std::string xz(const std::string& data);
std::string lz4_legacy(const std::string& data);
#ifdef RUNPHI_HAVE_ZSTD
std::string zstd(const std::string& data);
#endif

// An x86-64 ELF file with one segment to load, and a note of this type and owner.
std::string vmlinux(const std::string& body, std::uint32_t note_type = 18,
                    const std::string& owner = "Xen");
// The payload behind a setup header. As in the kernel's build, its uncompressed size is appended to
// it when `size` is not 0.
std::string bzimage(std::string payload, std::size_t size, unsigned setup_sectors = 3);
// A relocatable ELF file with a .modinfo section.
std::string module(const std::string& modinfo);
std::string arm64_image(const std::string& body);
std::string zboot(const std::string& payload);

template <typename T>
void put(std::string& out, std::size_t at, T value) {
    if (out.size() < at + sizeof value) out.resize(at + sizeof value);
    out.replace(at, sizeof value, reinterpret_cast<const char*>(&value), sizeof value);
}

// Not compressible into nothing, and the same every time.
std::string bytes(std::size_t count);

}  // namespace samples
