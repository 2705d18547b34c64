/* SPDX-License-Identifier: Apache-2.0 */
#include "early.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "come_back.h"
#include "config_keys.h"
#include "path.h"

static bool mount_one(const char* type, const char* path, int* fd, struct phi_failure* failure) {
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mkdir %s", path);
    if (mount(type, path, type, MS_NOSUID | MS_NOEXEC, NULL) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "mount %s on %s", type, path);
    *fd = phi_open_directory(path);
    if (*fd < 0) return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "open %s", path);
    return true;
}

bool phi_early_mount(struct phi_early* early, struct phi_failure* failure) {
    *early = (struct phi_early){-1, -1, -1, -1};
    early->runphi = phi_open_directory(PHI_CONFIG_DIR);
    if (early->runphi < 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "open %s", PHI_CONFIG_DIR);
    return mount_one("proc", PHI_CONFIG_DIR "/proc", &early->proc, failure) &&
           mount_one("sysfs", PHI_CONFIG_DIR "/sys", &early->sys, failure) &&
           mount_one("devtmpfs", PHI_CONFIG_DIR "/dev", &early->dev, failure);
}

/* Removes the files of a directory; ours have no directories in them. */
static void empty(int parent, const char* name) {
    const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    DIR* dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return;
    }
    for (const struct dirent* entry; (entry = readdir(dir)) != NULL;)
        (void)unlinkat(fd, entry->d_name, 0);
    closedir(dir);
}

void phi_early_remove(const struct phi_early* early) {
    static const char* const directories[] = {"dev", "sys", "proc", "modules"};
    (void)umount2(PHI_CONFIG_DIR "/dev", MNT_DETACH);
    (void)umount2(PHI_CONFIG_DIR "/sys", MNT_DETACH);
    (void)umount2(PHI_CONFIG_DIR "/proc", MNT_DETACH);
    for (unsigned i = 0; i < sizeof directories / sizeof *directories; ++i) {
        empty(early->runphi, directories[i]);
        (void)unlinkat(early->runphi, directories[i], AT_REMOVEDIR);
    }
    empty(early->runphi, ".");
    (void)rmdir(PHI_CONFIG_DIR);
}

/* PSCI refuses a cell of Jailhouse to power off, upon which init would end and the kernel panic. A
   restart goes by what the cell's device tree names for it, and so tells that the cell has ended.
 */
static bool is_jailhouse_cell(const struct phi_early* early) {
    static const char cell[] = "jailhouse,cell";
    size_t length;
    char* text =
        phi_read_file(early->sys, "firmware/devicetree/base/hypervisor/compatible", 256, &length);
    const bool is = text != NULL && length >= sizeof cell && memcmp(text, cell, sizeof cell) == 0;
    free(text);
    return is;
}

void phi_power_off(const struct phi_early* early) {
    sync();
    /* The kernel's farewell ("reboot: Power down") is not the workload's output. */
    (void)phi_write_value(early->proc, "sys/kernel/printk", "0");
#if defined(__x86_64__)
    /* Without ACPI nothing but a hypervisor call can power off, and the kernel would halt for ever.
     */
    if (faccessat(early->sys, "firmware/acpi", F_OK, 0) != 0 &&
        faccessat(early->sys, "hypervisor/type", F_OK, 0) != 0)
        (void)reboot(RB_AUTOBOOT);
#endif
    if (is_jailhouse_cell(early)) (void)reboot(RB_AUTOBOOT);
    struct phi_cmdline cmdline;
    struct phi_failure unread;
    if (phi_cmdline_read(early, &cmdline, &unread)) phi_come_back(early, cmdline.come_back);
    (void)reboot(RB_POWER_OFF);
    (void)reboot(RB_AUTOBOOT);
    for (;;) (void)pause();
}
