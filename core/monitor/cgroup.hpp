// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

// The container's cgroup: the monitor and every process of its partition live in it, so that the
// engine sees what the partition costs. Limits are not written: the grant bounds the guest, and the
// guest's memory limit, set on the emulator that holds it, would kill the emulator.
namespace phi::monitor {

struct CgroupMount {
    std::string path;  // where it is mounted
    bool v2 = false;
};

// The cgroup hierarchies of this machine, v1 and v2.
std::vector<CgroupMount> cgroup_mounts(const std::string& mountinfo);

// linux.cgroupsPath as a path below each hierarchy: "/a/b"; the systemd form
// "a-b.slice:prefix:name" gives
// "/a.slice/a-b.slice/prefix-name.scope". Empty for an empty path. Throws for "..", and for a
// systemd form without --systemd-cgroup's three parts.
std::string cgroup_path(const std::string& cgroups_path, bool systemd);

// The directories of `path` in every hierarchy that do not exist yet, outermost first: what join
// will make.
std::vector<std::string> missing_cgroups(const std::vector<CgroupMount>& mounts,
                                         const std::string& path);

// Makes them and moves the process there. A hierarchy that refuses is skipped when it is not
// writable (a rootless or nested engine); all others must take the process.
void join_cgroups(const std::vector<CgroupMount>& mounts, const std::string& path, pid_t process);

}  // namespace phi::monitor
