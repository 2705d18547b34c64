// SPDX-License-Identifier: Apache-2.0
#include "inmate.hpp"

#include <elf.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <runphi/sdk.hpp>

namespace runphi::common {

using sdk::Code;
using sdk::Error;

namespace {

constexpr unsigned most_headers = 64;

// As many bytes of it as there are.
std::size_t read_at(int fd, void* out, std::size_t size, std::uint64_t offset) {
    std::size_t length = 0;
    while (length < size) {
        const ssize_t got = ::pread(fd, static_cast<char*>(out) + length, size - length,
                                    static_cast<off_t>(offset + length));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw sdk::os_error("read the inmate");
        if (got == 0) break;
        length += static_cast<std::size_t>(got);
    }
    return length;
}

Error bad_elf(const std::string& why) {
    return Error(Code::invalid, "the inmate's ELF file: " + why);
}

void check_header(const Elf64_Ehdr& header, const std::string& arch) {
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
        throw bad_elf("it is not a 64-bit little-endian one");
    }
    const unsigned machine = arch == "x86_64" ? EM_X86_64 : EM_AARCH64;
    if (header.e_machine != machine) throw bad_elf("it is not for " + arch);
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 ||
        header.e_phnum > most_headers) {
        throw bad_elf(std::to_string(header.e_phnum) + " program headers of " +
                      std::to_string(header.e_phentsize) + " bytes; expected 1 to 64 of 56");
    }
}

std::vector<Segment> segments_of(int fd, std::uint64_t length, const Elf64_Ehdr& header) {
    std::vector<Elf64_Phdr> table(header.e_phnum);
    const std::size_t bytes = table.size() * sizeof(Elf64_Phdr);
    if (header.e_phoff > length || bytes > length - header.e_phoff ||
        read_at(fd, table.data(), bytes, header.e_phoff) != bytes) {
        throw bad_elf("its program headers are not in the file");
    }
    std::vector<Segment> out;
    for (const Elf64_Phdr& one : table) {
        if (one.p_type != PT_LOAD || one.p_filesz == 0) continue;
        if (one.p_offset > length || one.p_filesz > length - one.p_offset) {
            throw bad_elf("a segment is not in the file");
        }
        if (one.p_paddr > UINT64_MAX - one.p_filesz) throw bad_elf("a segment wraps around");
        out.push_back({one.p_offset, one.p_filesz, one.p_paddr});
    }
    std::sort(out.begin(), out.end(),
              [](const Segment& a, const Segment& b) { return a.target < b.target; });
    for (std::size_t i = 1; i < out.size(); ++i) {
        if (out[i - 1].target + out[i - 1].size > out[i].target) {
            throw bad_elf("two segments lie over each other");
        }
    }
    if (out.empty()) throw bad_elf("it has nothing to load");
    return out;
}

}  // namespace

Inmate read_inmate(int fd, std::uint64_t length, const std::string& arch,
                   std::optional<std::uint64_t> load, std::optional<std::uint64_t> entry) {
    Elf64_Ehdr header{};
    const bool whole = read_at(fd, &header, sizeof header, 0) == sizeof header;
    if (whole && std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0) {
        if (load) throw bad_elf("it says itself where it is loaded: take the load address away");
        check_header(header, arch);
        return {segments_of(fd, length, header), entry.value_or(header.e_entry)};
    }
    const std::uint64_t base = load.value_or(0);
    if (length == 0) throw Error(Code::invalid, "the inmate's file is empty");
    if (base > UINT64_MAX - length) throw Error(Code::invalid, "the inmate wraps around");
    return {{{0, length, base}}, entry.value_or(base)};
}

}  // namespace runphi::common
