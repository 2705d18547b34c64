/* SPDX-License-Identifier: Apache-2.0 */
#include "statistics.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "path.h"

enum { file_limit = 64 << 10 };

struct page {
    char* text;
    size_t used, size;
};

static void add(struct page* page, const char* name, unsigned long long value) {
    const size_t room = page->size - page->used;
    const int wanted = snprintf(page->text + page->used, room, "%s %llu\n", name, value);
    if (wanted > 0 && (size_t)wanted < room) page->used += (size_t)wanted;
}

/* "MemFree:   1234 kB" */
static void add_memory(struct page* page, const char* meminfo) {
    static const struct {
        const char *key, *name;
    } lines[] = {
        {"MemTotal:", "memory_total"}, {"MemAvailable:", "memory_available"},
        {"MemFree:", "memory_free"},   {"\nCached:", "memory_cached"},
        {"SwapTotal:", "swap_total"},  {"SwapFree:", "swap_free"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i) {
        const char* line = strstr(meminfo, lines[i].key);
        if (line != NULL)
            add(page, lines[i].name, strtoull(line + strlen(lines[i].key), NULL, 10) * 1024);
    }
}

/* "0.25" in thousandths */
static unsigned long long thousandths(const char* text, char** end) {
    unsigned long long value = strtoull(text, end, 10) * 1000;
    if (**end != '.') return value;
    unsigned scale = 100;
    for (++*end; **end >= '0' && **end <= '9'; ++*end, scale /= 10)
        value += (unsigned)(**end - '0') * scale;
    return value;
}

static void add_numbers(struct page* page, const char* text, const char* const* names,
                        size_t count) {
    char* end;
    for (size_t i = 0; i < count; ++i, text = end) add(page, names[i], thousandths(text, &end));
}

/* Those of users: a thread of the kernel has no command line. */
static void add_processes(const struct phi_early* early, struct page* page) {
    unsigned long long count = 0;
    const int fd = openat(early->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) return;
    for (const struct dirent* entry; (entry = readdir(dir)) != NULL;) {
        char path[32];
        char first;
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        (void)snprintf(path, sizeof path, "%.16s/cmdline", entry->d_name);
        const int file = openat(early->proc, path, O_RDONLY | O_CLOEXEC);
        if (file >= 0 && read(file, &first, 1) == 1) ++count;
        if (file >= 0) close(file);
    }
    closedir(dir);
    add(page, "processes", count);
}

size_t phi_statistics(const struct phi_early* early, char* text, size_t size) {
    static const char* const loads[] = {"load_1", "load_5", "load_15"};
    static const char* const uptime[] = {"uptime"};
    struct page page = {text, 0, size};
    size_t length;
    char* file = phi_read_file(early->proc, "meminfo", file_limit, &length);
    if (file != NULL) add_memory(&page, file);
    free(file);
    file = phi_read_file(early->proc, "loadavg", file_limit, &length);
    if (file != NULL) add_numbers(&page, file, loads, 3);
    free(file);
    file = phi_read_file(early->proc, "uptime", file_limit, &length);
    if (file != NULL) add_numbers(&page, file, uptime, 1);
    free(file);
    add_processes(early, &page);
    return page.used;
}
