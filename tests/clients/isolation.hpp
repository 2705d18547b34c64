// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

// A place on this machine for daemons: whatever becomes of them, nothing of it stays.
namespace phi::test {

struct Place {
    std::string dir;     // an empty folder, a file system of its own in memory
    std::string cgroup;  // "/NAME": the parent of every cgroup that is made here
};

// Runs `work` in a process of its own, in a new mount, pid and network namespace with an own /run
// and nothing but the loopback device, and returns its exit status. When the process or the caller
// ends, however that may be, every process of the namespace ends with it and its mounts are gone;
// then the cgroups below `cgroup` are removed.
int isolated(const std::function<int(const Place&)>& work);

}  // namespace phi::test
