// SPDX-License-Identifier: Apache-2.0
#include "network_namespace.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace runphi::common {

using sdk::UniqueFd;

namespace {

UniqueFd open_if_it(const std::string& path, const sdk::NetworkNamespace& wanted) {
    struct stat info {};
    // Looked at before it is opened: the path may lead to a device or a pipe by now.
    if (::stat(path.c_str(), &info) != 0 || info.st_dev != wanted.device ||
        info.st_ino != wanted.inode) {
        return {};
    }
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd || ::fstat(fd.get(), &info) != 0 || info.st_dev != wanted.device ||
        info.st_ino != wanted.inode) {
        return {};
    }
    return fd;
}

// Engines keep namespaces alive by mounts, which have "net:[INODE]" as their root.
UniqueFd find_mount(const sdk::NetworkNamespace& wanted) {
    const std::string root = "net:[" + std::to_string(wanted.inode) + "]";
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream fields(line);
        std::string id, parent, device, mounted, point;
        fields >> id >> parent >> device >> mounted >> point;
        if (mounted != root) continue;
        if (UniqueFd fd = open_if_it(point, wanted)) return fd;
    }
    return {};
}

UniqueFd find_process(const sdk::NetworkNamespace& wanted) {
    const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), &::closedir);
    if (!proc) throw sdk::os_error("open /proc");
    while (const dirent* entry = ::readdir(proc.get())) {
        const std::string_view name = entry->d_name;
        if (name.find_first_not_of("0123456789") != std::string_view::npos) continue;
        if (UniqueFd fd = open_if_it("/proc/" + std::string(name) + "/ns/net", wanted)) return fd;
    }
    return {};
}

}  // namespace

UniqueFd open_namespace(const sdk::NetworkNamespace& wanted) {
    if (UniqueFd fd = open_if_it(wanted.path, wanted)) return fd;
    if (UniqueFd fd = find_mount(wanted)) return fd;
    return find_process(wanted);
}

bool lock_namespace(const UniqueFd& opened, Deadline deadline) {
    // flock(2) has no deadline of its own, and whoever is in the namespace can hold it.
    while (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) throw sdk::os_error("lock a network namespace");
        if (deadline.passed()) return false;
        ::poll(nullptr, 0, 10);
    }
    return true;
}

Rtnetlink talk_about(const UniqueFd& opened) {
    struct stat there {};
    struct stat here {};
    if (::fstat(opened.get(), &there) != 0 || ::stat("/proc/self/ns/net", &here) != 0) {
        throw sdk::os_error("stat /proc/self/ns/net");
    }
    if (there.st_dev == here.st_dev && there.st_ino == here.st_ino) return {};
    const UniqueFd back(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!back) throw sdk::os_error("open /proc/self/ns/net");
    if (::setns(opened.get(), CLONE_NEWNET) != 0) throw sdk::os_error("join a network namespace");
    Rtnetlink out;
    if (::setns(back.get(), CLONE_NEWNET) != 0) {
        throw sdk::os_error("go back to the own network namespace");
    }
    return out;
}

}  // namespace runphi::common
