// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/namespaces.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/unique_fd.hpp"

namespace phi::monitor {

namespace {

// 0 for the types that a partition does not need.
int clone_flag(const std::string& type) {
    if (type == "network") return CLONE_NEWNET;
    if (type == "ipc") return CLONE_NEWIPC;
    if (type == "uts") return CLONE_NEWUTS;
    return 0;
}

void bring_up_loopback() {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) throw os_error("socket");
    ifreq request{};
    std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
    if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) throw os_error("read the flags of lo");
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) throw os_error("bring up lo");
}

void join(const oci::Namespace& wanted, int flag) {
    const UniqueFd file(::open(wanted.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw os_error("open " + wanted.type + " namespace " + wanted.path);
    if (::setns(file.get(), flag) != 0) {
        throw os_error("join " + wanted.type + " namespace " + wanted.path);
    }
}

std::string own_host_name() {
    utsname names{};
    if (::uname(&names) != 0) throw os_error("uname");
    return names.nodename;
}

}  // namespace

void check_namespaces(const oci::Spec& spec) {
    for (const auto& wanted : spec.namespaces) {
        if (wanted.type != "user") continue;
        throw Error(Code::unsupported,
                    "linux.namespaces: a partition cannot run in a user namespace",
                    "remove it from the config (Docker: userns-remap off or --userns=host)");
    }
}

void enter_namespaces(const oci::Spec& spec) {
    for (const auto& wanted : spec.namespaces) {
        const int flag = clone_flag(wanted.type);
        if (flag == 0) continue;
        if (!wanted.path.empty()) {
            join(wanted, flag);
            continue;
        }
        if (::unshare(flag) != 0) throw os_error("make a " + wanted.type + " namespace");
        if (flag == CLONE_NEWNET) bring_up_loopback();
        if (flag == CLONE_NEWUTS && !spec.hostname.empty() &&
            ::sethostname(spec.hostname.data(), spec.hostname.size()) != 0) {
            throw os_error("set the host name " + spec.hostname);
        }
    }
}

std::string host_name(const oci::Spec& spec) {
    if (!spec.hostname.empty()) return spec.hostname;
    const auto uts =
        std::find_if(spec.namespaces.begin(), spec.namespaces.end(),
                     [](const oci::Namespace& wanted) { return wanted.type == "uts"; });
    if (uts == spec.namespaces.end() || uts->path.empty()) return own_host_name();
    const UniqueFd theirs(::open(uts->path.c_str(), O_RDONLY | O_CLOEXEC));
    const UniqueFd ours(::open("/proc/thread-self/ns/uts", O_RDONLY | O_CLOEXEC));
    if (!theirs || !ours || ::setns(theirs.get(), CLONE_NEWUTS) != 0) return {};
    std::string name = own_host_name();
    if (::setns(ours.get(), CLONE_NEWUTS) != 0) throw os_error("return to our uts namespace");
    return name;
}

}  // namespace phi::monitor
