// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace phi::monitor {

namespace {

// A segment that is never written is the file's own pages; the others hold relocated pointers and
// variables.
void give_back_segment(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t begin = (object.dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t end = object.dlpi_addr + segment.p_vaddr + segment.p_filesz;
    // That it does not work costs memory and nothing else.
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // NOLINT
}

// The first object is the program. The others are not ours: a backend may have been built so that
// its code is relocated, and such code would be lost.
int give_back_program(dl_phdr_info* program, std::size_t /*size*/, void* /*argument*/) {
    for (unsigned i = 0; i < program->dlpi_phnum; ++i) {
        const auto& segment = program->dlpi_phdr[i];
        if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) == 0) {
            give_back_segment(*program, segment);
        }
    }
    return 1;
}

}  // namespace

void give_back_memory() {
    ::malloc_trim(0);
    ::dl_iterate_phdr(give_back_program, nullptr);
}

}  // namespace phi::monitor
