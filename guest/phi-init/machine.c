/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "path.h"

/* As sysctl(8) reads names: the first separator decides, and with dots outside, a slash inside
 * stands for a dot (net.ipv4.conf.eth0/1.forwarding). */
static void sysctl_path(const char* name, size_t length, char* out) {
    const size_t first = strcspn(name, "./");
    const bool dots = name[first] == '.';
    for (size_t i = 0; i < length; ++i) {
        out[i] = name[i];
        if (dots && name[i] == '.') out[i] = '/';
        if (dots && name[i] == '/') out[i] = '.';
    }
    out[length] = '\0';
}

static bool set_sysctl(const struct phi_early* early, const char* setting,
                       struct phi_failure* failure) {
    static const char prefix[] = "sys/";
    char path[512];
    const size_t length = strcspn(setting, "=");
    if (length + sizeof prefix > sizeof path)
        return phi_fail(failure, PHI_STATUS_SETUP, "sysctl %.64s...: the name is too long",
                        setting);
    memcpy(path, prefix, sizeof prefix);
    sysctl_path(setting, length, path + sizeof prefix - 1);
    if (!phi_write_value(early->proc, path, setting + length + 1))
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "sysctl %s", setting);
    return true;
}

/* Best effort: a kernel without network has no loopback either. */
static void loopback_up(void) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", sizeof "lo");
    if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
        (void)ioctl(fd, SIOCSIFFLAGS, &request);
    }
    close(fd);
}

bool phi_machine_setup(const struct phi_early* early, const struct phi_config* config,
                       struct phi_failure* failure) {
    const char* name = config->hostname;
    if (name != NULL && sethostname(name, strlen(name)) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "sethostname \"%.128s\"", name);
    name = config->domainname;
    if (name != NULL && setdomainname(name, strlen(name)) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "setdomainname \"%.128s\"", name);
    loopback_up();
    for (size_t i = 0; i < config->sysctls.count; ++i)
        if (!set_sysctl(early, config->sysctls.items[i], failure)) return false;
    return true;
}
