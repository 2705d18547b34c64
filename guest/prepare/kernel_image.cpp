// SPDX-License-Identifier: Apache-2.0
#include "guest/prepare/kernel_image.hpp"

#include <elf.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "guest/prepare/binary.hpp"
#include "guest/prepare/decompress.hpp"

namespace phi::guest {
namespace {

using namespace std::string_view_literals;

// Offsets in the setup header of a bzImage.
constexpr std::uint64_t setup_sects = 0x1f1;
constexpr std::uint64_t header_magic = 0x202;
constexpr std::uint64_t boot_version = 0x206;
constexpr std::uint64_t payload_offset = 0x248;
constexpr std::uint64_t payload_length = 0x24c;
constexpr std::uint16_t first_with_payload = 0x0208;

constexpr std::uint64_t arm64_magic = 0x38;
constexpr std::uint32_t xen_phys32_entry = 18;

[[noreturn]] void refuse(const std::string& what, const char* why) {
    throw Error(Code::invalid, text(what, ": ", why));
}

std::string_view bzimage_payload(std::string_view file, const std::string& what) {
    const auto version = read_at<std::uint16_t>(file, boot_version);
    if (slice(file, header_magic, 4) != "HdrS"sv || !version)
        refuse(what, "neither a bzImage nor an ELF file");
    if (*version < first_with_payload)
        refuse(what, "its boot protocol is older than 2.08 and does not tell where the kernel is");
    const auto sectors = read_at<std::uint8_t>(file, setup_sects);
    const auto offset = read_at<std::uint32_t>(file, payload_offset);
    const auto length = read_at<std::uint32_t>(file, payload_length);
    if (!sectors || !offset || !length) refuse(what, "the setup header is cut off");
    // 0 stands for 4: the oldest kernels did not fill it in.
    const std::uint64_t setup = (std::uint64_t{*sectors == 0 ? 4U : *sectors} + 1) * 512;
    const auto payload = slice(file, setup + *offset, *length);
    if (!payload) refuse(what, "cut off: the compressed kernel reaches beyond the end of the file");
    return *payload;
}

// Names and descriptors of a note segment are padded to 4 bytes.
std::uint64_t padded(std::uint32_t size) {
    return (std::uint64_t{size} + 3) & ~std::uint64_t{3};
}

bool notes_have_pvh(std::string_view notes) {
    std::uint64_t at = 0;
    while (const auto note = read_at<Elf64_Nhdr>(notes, at)) {
        if (note->n_type == xen_phys32_entry && slice(notes, at + sizeof *note, 4) == "Xen\0"sv)
            return true;
        at += sizeof *note + padded(note->n_namesz) + padded(note->n_descsz);
    }
    return false;
}

void check_vmlinux(std::string_view elf, const std::string& what) {
    const auto header = read_at<Elf64_Ehdr>(elf, 0);
    if (!header || compression_of(elf) != Compression::none ||
        header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64)
        refuse(what, "the kernel inside is no ELF file for x86-64");
    bool loads = false;
    bool pvh = false;
    for (unsigned i = 0; i < header->e_phnum; ++i) {
        const auto segment =
            read_at<Elf64_Phdr>(elf, header->e_phoff + std::uint64_t{i} * sizeof(Elf64_Phdr));
        const auto bytes =
            segment ? slice(elf, segment->p_offset, segment->p_filesz) : std::nullopt;
        if (!bytes) refuse(what, "the ELF file inside is cut off");
        loads = loads || segment->p_type == PT_LOAD;
        pvh = pvh || (segment->p_type == PT_NOTE && notes_have_pvh(*bytes));
    }
    if (!loads) refuse(what, "the ELF file inside has nothing to load");
    if (!pvh)
        throw Error(Code::unsupported, text(what, ": the kernel has no PVH entry"),
                    "take one that is built with CONFIG_PVH=y");
}

std::string extract_x86_64(std::string_view file, const std::string& what) {
    std::string kernel = compression_of(file) == Compression::none
                             ? std::string(file)
                             : decompress(bzimage_payload(file, what), what);
    check_vmlinux(kernel, what);
    return kernel;
}

bool is_image(std::string_view file) {
    return slice(file, arm64_magic, 4) == "ARM\x64"sv;
}

std::string extract_aarch64(std::string_view file, const std::string& what) {
    if (is_image(file)) return std::string(file);
    std::string_view packed = file;
    if (slice(file, 0, 2) == "MZ"sv && slice(file, 4, 4) == "zimg"sv) {
        const auto offset = read_at<std::uint32_t>(file, 8);
        const auto length = read_at<std::uint32_t>(file, 12);
        const auto payload = offset && length ? slice(file, *offset, *length) : std::nullopt;
        if (!payload) refuse(what, "the EFI zboot file is cut off");
        packed = *payload;
    }
    if (compression_of(packed) == Compression::unknown ||
        compression_of(packed) == Compression::none)
        refuse(what, "no arm64 Image");
    std::string kernel = decompress(packed, what);
    if (!is_image(kernel)) refuse(what, "the kernel inside is no arm64 Image");
    return kernel;
}

}  // namespace

std::string extract_kernel(std::string_view file, std::string_view arch, const std::string& what) {
    if (arch == "x86_64") return extract_x86_64(file, what);
    if (arch == "aarch64") return extract_aarch64(file, what);
    throw Error(Code::invalid, text("unknown architecture ", quoted(arch)),
                "x86_64 and aarch64 are known");
}

}  // namespace phi::guest
