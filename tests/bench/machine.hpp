// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// What the compared runtimes need of the machine, and its description.
namespace phi::bench {

// Makes this process the one that orphans come to, so that their ends are seen at once whatever
// process 1 does, and gives it mounts of its own: a /dev/null that crun may chown, and no cgroup2
// beside cgroup1, which crun refuses. Nothing of it is seen outside. `dir` holds the new /dev/null.
void settle_in(const std::string& dir);

// "2 CPUs, load 3.1, Linux 6.1.0, RelWithDebInfo".
std::string machine_description();

// The first of the usual folders that has the program; empty: none.
std::string find_program(const std::string& name);

// Private memory of a process in MiB, clean and dirty: what would be free if it were not there.
double private_mib(int pid);

}  // namespace phi::bench
