/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config_keys.h"
#include "early.h"
#include "guest/slot/slot_window.h"
#include "path.h"
#include "runphi/memory_channel.h"

/* A value that does not fit counts as absent: half a device name would be another device. */
static void take(const char* word, size_t length, const char* key, char* out, size_t size) {
    const size_t prefix = strlen(key);
    if (length <= prefix || memcmp(word, key, prefix) != 0 || word[prefix] != '=') return;
    const size_t rest = length - prefix - 1;
    if (rest >= size) return;
    memcpy(out, word + prefix + 1, rest);
    out[rest] = '\0';
}

/* The container and the backend may each name some: all count. */
static void take_more(const char* word, size_t length, const char* key, char* out, size_t size) {
    char names[512] = "";
    take(word, length, key, names, sizeof names);
    const size_t used = strlen(out);
    const size_t more = strlen(names);
    if (more == 0 || used + 1 + more >= size) return;
    if (used > 0) out[used] = ',';
    memcpy(out + used + (used > 0), names, more + 1);
}

void phi_cmdline_parse(const char* text, struct phi_cmdline* out) {
    memset(out, 0, sizeof *out);
    while (*text != '\0') {
        const size_t length = strcspn(text, " \t\n");
        take(text, length, PHI_CMDLINE_CONSOLE, out->console, sizeof out->console);
        take(text, length, PHI_CMDLINE_AGENT, out->agent, sizeof out->agent);
        take(text, length, RUNPHI_MEMORY_CHANNEL_WORD, out->memory, sizeof out->memory);
        take(text, length, RUNPHI_SLOT_RETURN_WORD, out->come_back, sizeof out->come_back);
        take(text, length, PHI_CMDLINE_SESSIONS, out->sessions, sizeof out->sessions);
        take_more(text, length, PHI_CMDLINE_MODULES, out->modules, sizeof out->modules);
        text += length + (text[length] != '\0');
    }
}

bool phi_cmdline_read(const struct phi_early* early, struct phi_cmdline* out,
                      struct phi_failure* failure) {
    size_t length;
    char* text = phi_read_file(early->proc, "cmdline", 65536, &length);
    if (text == NULL) return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "read /proc/cmdline");
    phi_cmdline_parse(text, out);
    free(text);
    return true;
}
