// SPDX-License-Identifier: Apache-2.0
#include "image_format.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "files.hpp"

namespace runphi::qemu {

namespace {

constexpr std::size_t head_size = 8192;              // a Multiboot header must lie in it
constexpr std::uint32_t xen_note_phys32_entry = 18;  // xen/include/public/elfnote.h

template <typename T>
T load(std::string_view bytes, std::size_t at) {
    T value{};
    if (at <= bytes.size() && bytes.size() - at >= sizeof value) {
        std::memcpy(&value, bytes.data() + at, sizeof value);
    }
    return value;
}

std::size_t round4(std::size_t size) {
    return (size + 3) & ~std::size_t{3};
}

bool notes_name_an_entry(std::string_view notes) {
    while (notes.size() >= sizeof(Elf64_Nhdr)) {
        const auto note = load<Elf64_Nhdr>(notes, 0);
        notes.remove_prefix(sizeof note);
        const std::size_t name = round4(note.n_namesz), data = round4(note.n_descsz);
        if (name > notes.size() || data > notes.size() - name) return false;
        if (note.n_type == xen_note_phys32_entry && note.n_namesz == 4 &&
            notes.substr(0, 4) == std::string_view("Xen\0", 4)) {
            return true;
        }
        notes.remove_prefix(name + data);
    }
    return false;
}

template <typename Header, typename Segment>
bool has_pvh_note(int fd, std::string_view head, const std::string& what) {
    const auto header = load<Header>(head, 0);
    if (header.e_phentsize != sizeof(Segment)) return false;
    const std::size_t count = std::min<std::size_t>(header.e_phnum, 128);
    const std::string table = read_at(fd, header.e_phoff, count * sizeof(Segment), what);
    for (std::size_t i = 0; i < count; ++i) {
        const auto segment = load<Segment>(table, i * sizeof(Segment));
        if (segment.p_type != PT_NOTE) continue;
        const auto size = std::min<std::uint64_t>(segment.p_filesz, 64U << 10);
        if (notes_name_an_entry(read_at(fd, segment.p_offset, size, what))) return true;
    }
    return false;
}

// The header's own rule: magic, and a checksum that makes the first three words 0.
bool has_multiboot(std::string_view head) {
    for (std::size_t at = 0; at + 12 <= head.size(); at += 4) {
        if (load<std::uint32_t>(head, at) != 0x1BADB002U) continue;
        const auto flags = load<std::uint32_t>(head, at + 4);
        const auto checksum = load<std::uint32_t>(head, at + 8);
        if (0x1BADB002U + flags + checksum == 0) return true;
    }
    return false;
}

ImageFormat elf_format(int fd, std::string_view head, const std::string& what) {
    const auto machine = load<std::uint16_t>(head, offsetof(Elf64_Ehdr, e_machine));
    if (machine == EM_AARCH64) return ImageFormat::arm64_elf;
    if (machine != EM_X86_64 && machine != EM_386) return ImageFormat::other_elf;
    const bool wide = head[EI_CLASS] == ELFCLASS64;
    // QEMU asks in this order, too; it takes Multiboot from 32-bit files only.
    if (!wide && has_multiboot(head)) return ImageFormat::multiboot;
    const bool pvh = wide ? has_pvh_note<Elf64_Ehdr, Elf64_Phdr>(fd, head, what)
                          : has_pvh_note<Elf32_Ehdr, Elf32_Phdr>(fd, head, what);
    return pvh ? ImageFormat::pvh_elf : ImageFormat::other_elf;
}

}  // namespace

ImageFormat image_format(int fd, std::uint64_t length, const std::string& what) {
    const std::string head = read_at(fd, 0, std::min<std::uint64_t>(head_size, length), what);
    if (head.size() >= sizeof(Elf64_Ehdr) && head.compare(0, SELFMAG, ELFMAG) == 0) {
        return elf_format(fd, head, what);
    }
    if (load<std::uint16_t>(head, 0x1fe) == 0xaa55 &&
        std::string_view(head).substr(std::min<std::size_t>(0x202, head.size()), 4) == "HdrS") {
        return ImageFormat::bzimage;
    }
    if (std::string_view(head).substr(std::min<std::size_t>(0x38, head.size()), 4) == "ARM\x64") {
        return ImageFormat::arm64_image;
    }
    if (load<std::uint16_t>(head, 0) == 0x8b1f) return ImageFormat::gzip;
    if (has_multiboot(head)) return ImageFormat::multiboot;
    return ImageFormat::raw;
}

const char* describe(ImageFormat format) {
    switch (format) {
        case ImageFormat::raw:
            return "a raw binary";
        case ImageFormat::pvh_elf:
            return "an x86 ELF file with a PVH note";
        case ImageFormat::multiboot:
            return "a Multiboot image";
        case ImageFormat::bzimage:
            return "a bzImage";
        case ImageFormat::arm64_image:
            return "an arm64 Image";
        case ImageFormat::gzip:
            return "a gzip file";
        case ImageFormat::arm64_elf:
            return "an arm64 ELF file";
        case ImageFormat::other_elf:
            return "an ELF file without a PVH note, or of another machine";
    }
    return "unknown";
}

}  // namespace runphi::qemu
