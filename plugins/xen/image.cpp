// SPDX-License-Identifier: Apache-2.0
#include "image.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "../common/inmate.hpp"
#include "files.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::uint64_t default_load = arm_memory + 0x80000;
constexpr std::uint64_t branch_reach = 128U << 20;  // of an arm64 `b`, either way

// Little endian, as the kernel's documentation has it.
struct Arm64Header {
    std::uint32_t code[2] = {};
    std::uint64_t text_offset = 0, image_size = 0, flags = 0xa;  // 4 KiB pages, anywhere
    std::uint64_t reserved[3] = {};
    char magic[4] = {'A', 'R', 'M', 'd'};
    std::uint32_t reserved_pe = 0;
};
static_assert(sizeof(Arm64Header) == arm64_header_size);

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

bool has(const std::string& head, std::size_t offset, std::string_view magic) {
    return head.size() >= offset + magic.size() && head.compare(offset, magic.size(), magic) == 0;
}

void check_place(std::uint64_t begin, std::uint64_t end, std::uint64_t memory) {
    const std::uint64_t least = arm_memory + arm64_header_size;
    if (begin >= least && end <= arm_memory + memory) return;
    throw Error(Code::invalid, "the inmate lies from " + hex(begin) + " to " + hex(end) +
                                   ", and the guest's memory, without a header of 64 bytes, from " +
                                   hex(least) + " to " + hex(arm_memory + memory));
}

void check_entry(const BootPart::Raw& place, std::uint64_t end) {
    const bool inside = place.entry >= place.load && place.entry < end && place.entry % 4 == 0;
    if (inside && place.entry - arm_memory < branch_reach) return;
    throw Error(Code::invalid, "entry address " + hex(place.entry) +
                                   " is not an instruction of the inmate, " + hex(place.load) +
                                   " to " + hex(end) + ", within 128 MiB");
}

common::Inmate read(const sdk::Image& image, std::optional<std::uint64_t> load,
                    std::optional<std::uint64_t> entry) {
    return common::read_inmate(image.fd, image.length, "aarch64", load, entry);
}

void copy(const sdk::Image& image, const common::Segment& segment, char* to) {
    for (std::uint64_t done = 0; done < segment.size;) {
        const ssize_t got = ::pread(image.fd, to + done, segment.size - done,
                                    static_cast<off_t>(segment.offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw sdk::os_error("read the inmate");
        if (got == 0) throw Error(Code::io, "the inmate's file became shorter while it was read");
        done += static_cast<std::uint64_t>(got);
    }
}

}  // namespace

const char* describe(Format format) {
    switch (format) {
        case Format::arm64_image:
            return "an arm64 Image";
        case Format::elf:
            return "an ELF file";
        case Format::bzimage:
            return "a bzImage";
        case Format::gzip:
            return "a gzip file";
        case Format::raw:
            break;
    }
    return "none of Image, ELF and bzImage";
}

Format format_of(int fd, std::uint64_t length) {
    std::string head(std::min<std::uint64_t>(length, 0x206), '\0');
    const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
    if (got < 0) throw sdk::os_error("read the kernel");
    head.resize(static_cast<std::size_t>(got));
    if (has(head, 56, "ARM\x64")) return Format::arm64_image;
    if (has(head, 0,
            "\x7f"
            "ELF"))
        return Format::elf;
    if (has(head, 0x202, "HdrS")) return Format::bzimage;
    if (has(head, 0, "\x1f\x8b")) return Format::gzip;
    return Format::raw;
}

void require_kernel(Format format, const std::string& arch) {
    const bool arm = arch == "aarch64";
    if (arm && (format == Format::arm64_image || format == Format::gzip)) return;
    if (!arm && (format == Format::bzimage || format == Format::elf)) return;
    throw Error(Code::unsupported,
                std::string("the kernel is ") + describe(format) + ", and Xen " +
                    (arm ? "loads arm64 Images" : "loads bzImages and ELF files") + " for " + arch);
}

BootPart::Raw place_inmate(const sdk::Image& image, std::optional<std::uint64_t> load,
                           std::optional<std::uint64_t> entry, std::uint64_t memory) {
    const bool elf = format_of(image.fd, image.length) == Format::elf;
    if (!elf && !load) load = default_load;
    const common::Inmate inmate = read(image, load, entry);
    const common::Segment& last = inmate.segments.back();
    const BootPart::Raw place{inmate.segments.front().target, inmate.entry};
    const std::uint64_t end = last.target + last.size;
    check_place(place.load, end, memory);
    check_entry(place, end);
    return place;
}

sdk::UniqueFd wrap_inmate(const sdk::Image& image, const BootPart::Raw& place) {
    const bool elf = format_of(image.fd, image.length) == Format::elf;
    const common::Inmate inmate =
        read(image, elf ? std::nullopt : std::optional(place.load), place.entry);
    const common::Segment& last = inmate.segments.back();
    Arm64Header header;
    header.image_size = last.target + last.size - arm_memory;
    // b, by words.
    header.code[0] = 0x14000000U | static_cast<std::uint32_t>((place.entry - arm_memory) / 4);

    sdk::UniqueFd fd =
        memory_file("inmate", {reinterpret_cast<const char*>(&header), sizeof header});
    if (::ftruncate(fd.get(), static_cast<off_t>(header.image_size)) != 0) {
        throw sdk::os_error("make room for the inmate");
    }
    void* memory =
        ::mmap(nullptr, header.image_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (memory == MAP_FAILED) throw sdk::os_error("map the inmate");
    try {
        for (const common::Segment& one : inmate.segments) {
            copy(image, one, static_cast<char*>(memory) + (one.target - arm_memory));
        }
    } catch (...) {
        ::munmap(memory, header.image_size);
        throw;
    }
    ::munmap(memory, header.image_size);
    return fd;
}

}  // namespace runphi::xen
