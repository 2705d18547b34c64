// SPDX-License-Identifier: Apache-2.0
#include "core/boot/arch.hpp"

#include <elf.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"

namespace phi::boot {

namespace {

// More program headers than any kernel or inmate has; keeps what we read of the file small.
constexpr std::uint64_t max_program_headers = 512;
constexpr std::size_t head_size = 0x210;  // up to the end of a bzImage's "HdrS" and version
constexpr std::uint64_t max_device_tree = 2U << 20;  // what Linux maps

std::size_t read_at(int fd, void* to, std::size_t size, std::uint64_t offset,
                    const std::string& what) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t n = ::pread(fd, static_cast<char*>(to) + done, size - done,
                                  static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw os_error("read " + what);
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

std::string first_bytes(std::string_view head) {
    std::string out;
    for (const char c : head.substr(0, 8)) {
        if (!out.empty()) out += ' ';
        out += hex(static_cast<unsigned char>(c), 2);
    }
    return out;
}

struct Magic {
    std::string_view bytes;
    const char* name;
};
using namespace std::string_view_literals;
constexpr std::array<Magic, 11> magics{{
    {"\x1f\x8b"sv, "gzip data"},
    {"\xfd"
     "7zXZ\0"sv,
     "xz data"},
    {"\x02\x21\x4c\x18"sv, "lz4 data"},
    {"\x04\x22\x4d\x18"sv, "lz4 data"},
    {"\x28\xb5\x2f\xfd"sv, "zstd data"},
    {"BZh"sv, "bzip2 data"},
    {"070701"sv, "a cpio archive"},
    {"\xd0\x0d\xfe\xed"sv, "a device tree"},
    {"\x27\x05\x19\x56"sv, "a U-Boot image"},
    {"MZ"sv, "an EFI program"},
    {"#!"sv, "a script"},
}};

std::string describe(std::string_view head) {
    for (const auto& magic : magics) {
        if (head.starts_with(magic.bytes)) return text(magic.name, " (", first_bytes(head), ")");
    }
    return text("the bytes ", first_bytes(head));
}

[[noreturn]] void bad_elf(const std::string& what, const std::string& why) {
    throw Error(Code::invalid, text(what, ": a broken ELF file: ", why));
}

const char* elf_arch(unsigned machine) {
    switch (machine) {
        case EM_X86_64:
        case EM_386:  // what a PVH or Multiboot loader enters is often linked as 32-bit code
            return "x86_64";
        case EM_AARCH64:
            return "aarch64";
        case EM_ARM:
            return "arm";
        default:
            return nullptr;
    }
}

template <typename Header, typename Segment>
ImageFacts inspect_elf(int fd, std::uint64_t length, const std::string& what) {
    Header header;
    if (read_at(fd, &header, sizeof header, 0, what) != sizeof header) {
        bad_elf(what, "shorter than its header");
    }
    const char* arch = elf_arch(header.e_machine);
    if (arch == nullptr) {
        throw Error(Code::unsupported,
                    text(what, ": an ELF file for machine ", header.e_machine,
                         ", which is neither x86_64 nor aarch64 (EM_ numbers 62 and 183)"));
    }
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
        throw Error(Code::invalid, text(what, ": an ELF file of type ", header.e_type,
                                        ", not an executable: link it first"));
    }
    if (header.e_phnum == 0) bad_elf(what, "it has no program headers");
    if (header.e_phnum > max_program_headers) {
        bad_elf(what, text(header.e_phnum, " program headers, more than ", max_program_headers));
    }
    if (header.e_phentsize != sizeof(Segment)) {
        bad_elf(what, text("program headers of ", header.e_phentsize, " bytes"));
    }
    std::vector<Segment> segments(header.e_phnum);
    const std::size_t table = segments.size() * sizeof(Segment);
    if (header.e_phoff > length || table > length - header.e_phoff ||
        read_at(fd, segments.data(), table, header.e_phoff, what) != table) {
        bad_elf(what, "its program headers are beyond its end");
    }
    bool loads = false;
    for (const auto& segment : segments) {
        if (segment.p_type != PT_LOAD) continue;
        loads = true;
        if (segment.p_offset > length || segment.p_filesz > length - segment.p_offset) {
            bad_elf(what, text("a segment of ", segment.p_filesz, " bytes at offset ",
                               segment.p_offset, " is beyond its end at ", length));
        }
        if (segment.p_filesz > segment.p_memsz) bad_elf(what, "a segment larger than its memory");
    }
    if (!loads) bad_elf(what, "it has nothing to load");
    return {Format::elf, arch, header.e_entry, "an ELF file"};
}

}  // namespace

const char* to_string(Format format) {
    switch (format) {
        case Format::elf:
            return "elf";
        case Format::arm64_image:
            return "arm64-image";
        case Format::bzimage:
            return "bzimage";
        case Format::gzip:
            return "gzip";
        case Format::raw:
            break;
    }
    return "raw";
}

ImageFacts inspect_image(int fd, std::uint64_t length, const std::string& what) {
    std::array<char, head_size> buffer{};
    const std::string_view head(buffer.data(), read_at(fd, buffer.data(), buffer.size(), 0, what));
    if (length == 0 || head.empty()) throw Error(Code::invalid, what + ": the file is empty");
    if (head.starts_with("\177ELF")) {
        if (head.size() < EI_NIDENT) bad_elf(what, "shorter than its header");
        if (head[EI_DATA] != ELFDATA2LSB) bad_elf(what, "not little endian");
        if (head[EI_CLASS] == ELFCLASS64) {
            return inspect_elf<Elf64_Ehdr, Elf64_Phdr>(fd, length, what);
        }
        if (head[EI_CLASS] == ELFCLASS32) {
            return inspect_elf<Elf32_Ehdr, Elf32_Phdr>(fd, length, what);
        }
        bad_elf(what, "neither 32 nor 64 bit");
    }
    // An arm64 Image begins with "MZ" when it is an EFI program too, so it comes before describe().
    if (head.size() >= 0x40 && head.substr(0x38, 4) == "ARM\x64") {
        return {Format::arm64_image, "aarch64", 0, "an arm64 Linux Image"};
    }
    if (head.size() >= 0x206 && head.substr(0x1fe, 2) == "\x55\xaa" &&
        head.substr(0x202, 4) == "HdrS") {
        return {Format::bzimage, "x86_64", 0, "an x86 bzImage"};
    }
    const Format format = head.starts_with("\x1f\x8b") ? Format::gzip : Format::raw;
    return {format, "", 0, describe(head)};
}

void require_kernel(const ImageFacts& facts, const std::string& what) {
    if (facts.format != Format::raw) return;
    throw Error(
        Code::invalid,
        text(what,
             ": not a kernel: expected an ELF file, an arm64 Image (also gzipped) or a bzImage, "
             "found ",
             facts.found),
        "a kernel that something else than gzip has packed must be unpacked first; a bare-metal "
        "binary is named by org.runphi.inmate, not as a kernel");
}

void require_device_tree(int fd, std::uint64_t length, const std::string& what) {
    std::array<unsigned char, 8> head{};
    const std::size_t got = read_at(fd, head.data(), head.size(), 0, what);
    const std::string_view view(reinterpret_cast<const char*>(head.data()), got);
    if (got == 0) throw Error(Code::invalid, what + ": the file is empty");
    if (got < head.size() || !view.starts_with("\xd0\x0d\xfe\xed")) {
        throw Error(Code::invalid,
                    text(what, ": not a flattened device tree: found ", describe(view)),
                    "compile the source with dtc -O dtb");
    }
    const std::uint64_t total = (std::uint64_t{head[4]} << 24) | (std::uint64_t{head[5]} << 16) |
                                (std::uint64_t{head[6]} << 8) | head[7];
    if (total > length || total < 40 || length > max_device_tree) {
        throw Error(Code::invalid, text(what, ": a device tree of ", total, " bytes in a file of ",
                                        length, " bytes (40 bytes to 2 MiB)"));
    }
}

std::string host_arch() {
    utsname name{};
    if (::uname(&name) != 0) throw os_error("uname");
    return name.machine;
}

bool is_known_arch(const std::string& arch) {
    return arch == "x86_64" || arch == "aarch64";
}

}  // namespace phi::boot
