// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::bench {

void settle_in(const std::string& dir) {
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) throw os_error("PR_SET_CHILD_SUBREAPER");
    if (::unshare(CLONE_NEWNS) != 0) throw os_error("a mount namespace");
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        throw os_error("make the mounts private");
    }
    const std::string own = dir + "/dev";
    const std::string null = own + "/null";
    ::mkdir(own.c_str(), 0755);
    if (::mount("tmpfs", own.c_str(), "tmpfs", 0, "mode=755") != 0 ||
        ::mknod(null.c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0 ||
        ::chmod(null.c_str(), 0666) != 0 ||
        ::mount(null.c_str(), "/dev/null", nullptr, MS_BIND, nullptr) != 0 ||
        ::umount2(own.c_str(), MNT_DETACH) != 0) {
        throw os_error("a /dev/null of our own");
    }
    if (::access("/sys/fs/cgroup/unified/cgroup.procs", F_OK) == 0 &&
        ::umount2("/sys/fs/cgroup/unified", MNT_DETACH) != 0) {
        throw os_error("hide /sys/fs/cgroup/unified");
    }
}

std::string machine_description() {
    double load = 0;
    ::getloadavg(&load, 1);
    utsname system{};
    ::uname(&system);
    std::ostringstream out;
    out << ::sysconf(_SC_NPROCESSORS_ONLN) << " CPUs, load " << load << ", Linux " << system.release
        << " " << system.machine << ", built as " << BENCH_BUILD_TYPE;
    return out.str();
}

std::string find_program(const std::string& name) {
    for (const char* folder : {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"}) {
        const std::string path = folder + name;
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    return {};
}

double private_mib(int pid) {
    std::ifstream in(text("/proc/", pid, "/smaps_rollup"));
    double kib = 0;
    bool found = false;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("Private_Clean:") && !line.starts_with("Private_Dirty:")) continue;
        kib += std::stod(line.substr(line.find(':') + 1));
        found = true;
    }
    if (!found) throw Error(Code::io, text("/proc/", pid, "/smaps_rollup: nothing in it"));
    return kib / 1024;
}

}  // namespace phi::bench
