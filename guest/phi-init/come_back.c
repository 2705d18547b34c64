/* SPDX-License-Identifier: Apache-2.0 */
#include "come_back.h"

#include <errno.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "path.h"

uint64_t phi_return_address(const char* text) {
    char* end;
    errno = 0;
    const unsigned long long out = strtoull(text, &end, 16);
    return errno == 0 && end != text && *end == '\0' && out % 4 == 0 ? out : 0;
}

/* "40000000-47ffffff : System RAM", pieces of it indented below. */
uint64_t phi_first_memory(const char* iomem) {
    static const char what[] = " : System RAM";
    for (const char* line = iomem; line != NULL && *line != '\0';) {
        const char* end = strchr(line, '\n');
        const size_t length = end == NULL ? strlen(line) : (size_t)(end - line);
        const size_t tail = sizeof what - 1;
        if (length > tail && *line != ' ' && memcmp(line + length - tail, what, tail) == 0)
            return strtoull(line, NULL, 16);
        line = end == NULL ? NULL : end + 1;
    }
    return 0;
}

/* The kernel wants something to load, and all of it in its own memory: a page, where its image is,
 * which nobody reads any more. The entry is not in it: the stub's memory is none of the kernel's.
 */
static bool load(uint64_t entry, uint64_t memory) {
    static const char nothing[1];
    enum { page = 65536 }; /* the largest one of an arm64 kernel */
    const uint64_t first = (memory + page - 1) / page * page;
    const struct kexec_segment segment = {nothing, sizeof nothing, (const void*)(uintptr_t)first,
                                          page};
    return syscall(SYS_kexec_load, entry, 1UL, &segment, (unsigned long)KEXEC_ARCH_DEFAULT) == 0;
}

void phi_come_back(const struct phi_early* early, const char* address) {
    const uint64_t entry = phi_return_address(address);
    size_t length;
    char* iomem = entry == 0 ? NULL : phi_read_file(early->proc, "iomem", 65536, &length);
    if (iomem == NULL) return;
    const uint64_t memory = phi_first_memory(iomem);
    free(iomem);
    if (memory != 0 && load(entry, memory)) (void)reboot(LINUX_REBOOT_CMD_KEXEC);
}
