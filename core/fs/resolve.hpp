// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

// How descriptors are come by in a tree that somebody else may change at any moment. openat2(2)
// does it; where the kernel has none (before 5.6, QEMU's user emulation) or a seccomp filter
// forbids it, which is found out once in a process, core/fs/walk.hpp does the same. All are
// close-on-exec; empty with errno set, to the same number on both ways, when they fail.
namespace phi {

// Any entry as O_PATH, resolved as if the directory were the root: absolute links and ".." stay
// inside, magic links (/proc/PID/root) are refused with ELOOP. A link at the very end is followed
// or is itself the result.
UniqueFd open_in_root(int root_fd, const std::string& path, bool follow);

// A directory for reading. A link anywhere on the way is ELOOP.
UniqueFd open_directory_without_links(const std::string& absolute_path);

// One entry of a directory, or "..": no link is followed (ELOOP, ENOTDIR with O_DIRECTORY), and no
// mount point crossed (EXDEV).
UniqueFd open_entry(int dir_fd, const std::string& name, int flags);

// The file of an O_PATH descriptor, opened for reading: what was looked at is what is read.
UniqueFd reopen_for_reading(int path_fd);
// The same, for reading and writing.
UniqueFd reopen_for_writing(int path_fd);

}  // namespace phi
