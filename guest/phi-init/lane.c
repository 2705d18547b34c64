/* SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "path.h"

enum { step_ms = 10, patience_ms = 5000 };

void phi_lane_hold(struct phi_lane* lane, const struct phi_early* early, const char* modules) {
    *lane = (struct phi_lane){.early = early, .give_up_at = PHI_NEVER, .try_at = PHI_NEVER};
    phi_link_begin(&lane->link, -1);
    phi_modules_hold(early, modules, &lane->modules);
}

void phi_lane_ask(struct phi_lane* lane) {
    phi_modules_load_held(&lane->modules);
    lane->try_at = phi_now_ms();
    /* A machine without the channel names no module. */
    lane->give_up_at = lane->try_at + (lane->modules.named ? patience_ms : 0);
}

static bool has_name(const struct phi_lane* lane, const char* port) {
    static const char wanted[] = RUNPHI_AGENT_SESSIONS_PORT "\n";
    char path[320];
    size_t length;
    (void)snprintf(path, sizeof path, "class/virtio-ports/%.200s/name", port);
    char* name = phi_read_file(lane->early->sys, path, 4096, &length);
    const bool same = name != NULL && strcmp(name, wanted) == 0;
    free(name);
    return same;
}

static int open_port(const struct phi_lane* lane) {
    int port = -1;
    const int fd =
        openat(lane->early->sys, "class/virtio-ports", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) return -1;
    for (const struct dirent* entry; port < 0 && (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.' && has_name(lane, entry->d_name))
            port = openat(lane->early->dev, entry->d_name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    closedir(dir);
    return port;
}

bool phi_lane_try(struct phi_lane* lane) {
    const int64_t now = phi_now_ms();
    lane->try_at = PHI_NEVER;
    if (lane->give_up_at == PHI_NEVER) return false;
    lane->link.fd = open_port(lane);
    if (lane->link.fd < 0 && now < lane->give_up_at) {
        lane->try_at = now + step_ms;
        return false;
    }
    lane->give_up_at = PHI_NEVER;
    return true;
}

void phi_lane_hung_up(struct phi_lane* lane) {
    lane->try_at = phi_now_ms() + step_ms;
}
