// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace phi::test {

// From now on these system calls fail with this errno, in this thread and in all that it starts: as
// on a kernel that has none of them, or in a sandbox that forbids them. False where there is no
// seccomp.
bool deny_syscalls(const std::vector<long>& numbers, int answer);

}  // namespace phi::test
