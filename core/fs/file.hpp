// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/unique_fd.hpp"

namespace phi {

// The whole of a regular file of at most `limit` bytes. Throws "open PATH: ..." or "PATH: larger
// than N".
std::string read_file(const std::string& path, std::size_t limit = 16U << 20);
std::string read_file_at(int dir_fd, const std::string& name, std::size_t limit = 16U << 20);
// The same, but empty when it does not exist.
std::string read_file_if_there(int dir_fd, const std::string& name, std::size_t limit = 16U << 20);
// The same from an open descriptor, from offset 0. `what` names it in errors.
std::string read_fd(int fd, const std::string& what, std::size_t limit = 16U << 20);

// Writes all bytes, however often the kernel takes fewer. Throws os_error(what).
void write_all(int fd, std::string_view bytes, const std::string& what);

// Replaces `name` in the directory: a temporary file of the same directory, then rename(2). A
// reader sees the old content or the new one; a crash leaves at most a file ".name.tmp", which the
// next write reuses.
void write_atomic(int dir_fd, const std::string& name, std::string_view bytes,
                  unsigned mode = 0600);

// Creates the file; throws if it exists.
void write_new(int dir_fd, const std::string& name, std::string_view bytes, unsigned mode = 0600);

UniqueFd open_directory(const std::string& path);
UniqueFd open_directory_at(int dir_fd, const std::string& name);
// mkdir -p, every new directory with this mode; returns it opened.
UniqueFd make_directories(const std::string& absolute_path, unsigned mode = 0711);

// Removes NAME and all below it, without following links or leaving its file system. What does not
// exist is fine.
void remove_tree_at(int dir_fd, const std::string& name);

// A sealed, close-on-exec memfd with these bytes.
UniqueFd memory_file(const char* name, std::string_view bytes);

}  // namespace phi
