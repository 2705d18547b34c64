// SPDX-License-Identifier: Apache-2.0
#include "inmate_elf.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "files.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr std::uint64_t content_offset = 4096;

// The note that QEMU's read_pvh_start_addr looks for: owner "Xen", type PHYS32_ENTRY (18).
struct EntryNote {
    Elf64_Nhdr header{4, sizeof(std::uint64_t), 18};
    char owner[4] = {'X', 'e', 'n', 0};
    std::uint64_t entry = 0;
};
static_assert(sizeof(EntryNote) == 24);

struct Head {
    Elf64_Ehdr header{};
    Elf64_Phdr segments[2] = {};
    EntryNote note;
};

Head head_of(std::uint64_t length, std::uint64_t load, std::uint64_t entry) {
    Head head;
    std::memcpy(head.header.e_ident, ELFMAG, SELFMAG);
    head.header.e_ident[EI_CLASS] = ELFCLASS64;
    head.header.e_ident[EI_DATA] = ELFDATA2LSB;
    head.header.e_ident[EI_VERSION] = EV_CURRENT;
    head.header.e_type = ET_EXEC;
    head.header.e_machine = EM_X86_64;
    head.header.e_version = EV_CURRENT;
    head.header.e_entry = entry;
    head.header.e_phoff = offsetof(Head, segments);
    head.header.e_ehsize = sizeof(Elf64_Ehdr);
    head.header.e_phentsize = sizeof(Elf64_Phdr);
    head.header.e_phnum = 2;
    head.segments[0] = {PT_LOAD, PF_R | PF_W | PF_X, content_offset, load, load, length, length, 1};
    head.segments[1] = {PT_NOTE,           PF_R, offsetof(Head, note), 0, 0, sizeof(EntryNote),
                        sizeof(EntryNote), 4};
    head.note.entry = entry;
    return head;
}

void copy_content(int from, int to, std::uint64_t length) {
    off_t at = 0;
    if (::lseek(to, static_cast<off_t>(content_offset), SEEK_SET) < 0) {
        throw sdk::os_error("lseek");
    }
    while (static_cast<std::uint64_t>(at) < length) {
        const ssize_t n = ::sendfile(to, from, &at, length - static_cast<std::uint64_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw sdk::os_error("copy the inmate");
        if (n == 0) throw Error(Code::io, "the inmate's file became shorter while it was read");
    }
}

}  // namespace

UniqueFd wrap_x86_inmate(int fd, std::uint64_t length, std::uint64_t load, std::uint64_t entry) {
    constexpr std::uint64_t limit = std::uint64_t{1} << 32;
    if (load >= limit || length > limit - load || entry < load || entry - load >= length) {
        throw Error(
            Code::invalid,
            "an x86 inmate must lie below 4 GiB and be entered inside itself: load address " +
                std::to_string(load) + ", " + std::to_string(length) + " bytes, entry address " +
                std::to_string(entry));
    }
    UniqueFd out(::memfd_create("inmate", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!out) throw sdk::os_error("memfd_create");
    const Head head = head_of(length, load, entry);
    write_all(out.get(), {reinterpret_cast<const char*>(&head), sizeof head}, "the inmate's head");
    copy_content(fd, out.get(), length);
    constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (::fcntl(out.get(), F_ADD_SEALS, seals) != 0) throw sdk::os_error("seal a memfd");
    return out;
}

}  // namespace runphi::qemu
