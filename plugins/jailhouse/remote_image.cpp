// SPDX-License-Identifier: Apache-2.0
#include "remote_image.hpp"

#include <elf.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr unsigned most_headers = 64;

Error bad(const std::string& why) {
    return Error(Code::invalid, "the image for a remote processor: " + why,
                 "build it as a 32-bit ELF file for Arm, as Linux' remoteproc loads it");
}

void read_whole(int fd, void* out, std::size_t size, std::uint64_t offset, const char* what) {
    for (std::size_t done = 0; done < size;) {
        const ssize_t got = ::pread(fd, static_cast<char*>(out) + done, size - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw sdk::os_error("read the image for a remote processor");
        if (got == 0) throw bad(std::string(what) + " is not in the file");
        done += static_cast<std::size_t>(got);
    }
}

Elf32_Ehdr header_of(int fd) {
    Elf32_Ehdr out{};
    read_whole(fd, &out, sizeof out, 0, "its header");
    if (std::memcmp(out.e_ident, ELFMAG, SELFMAG) != 0 || out.e_ident[EI_CLASS] != ELFCLASS32 ||
        out.e_ident[EI_DATA] != ELFDATA2LSB || out.e_machine != EM_ARM) {
        throw bad("it is no 32-bit little-endian ELF file for Arm");
    }
    if (out.e_phentsize != sizeof(Elf32_Phdr) || out.e_phnum == 0 || out.e_phnum > most_headers) {
        throw bad(std::to_string(out.e_phnum) + " program headers of " +
                  std::to_string(out.e_phentsize) + " bytes; expected 1 to 64 of 32");
    }
    return out;
}

}  // namespace

std::vector<Extent> remote_segments(int fd, std::uint64_t length) {
    const Elf32_Ehdr header = header_of(fd);
    std::vector<Elf32_Phdr> table(header.e_phnum);
    read_whole(fd, table.data(), table.size() * sizeof(Elf32_Phdr), header.e_phoff,
               "one of its program headers");
    std::vector<Extent> out;
    for (const Elf32_Phdr& one : table) {
        if (one.p_type != PT_LOAD || one.p_memsz == 0) continue;
        if (one.p_filesz > one.p_memsz || std::uint64_t{one.p_offset} + one.p_filesz > length) {
            throw bad("a segment is not in the file");
        }
        const std::uint64_t end = std::uint64_t{one.p_paddr} + one.p_memsz;
        if (end > std::uint64_t{1} << 32) throw bad("a segment wraps around");
        out.push_back({one.p_paddr, end});
    }
    if (out.empty()) throw bad("it has nothing to load");
    std::sort(out.begin(), out.end(),
              [](const Extent& a, const Extent& b) { return a.first < b.first; });
    return out;
}

}  // namespace runphi::jailhouse
