// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

// What commands do for, and take from, the engine that called them.
namespace phi::command {

// Engines leak descriptors into us (containerd a socket, others more); what lives long must not
// keep them open. Ours are all close-on-exec, so the others came from outside.
void close_inherited_descriptors();

// A path as the caller meant it, whatever directory is entered later; empty stays empty.
std::string absolute_path(const std::string& path);

// Creates or replaces a file that everybody may read. `path`: absolute. A reader sees the old file
// or the new one.
void replace_file(const std::string& path, std::string_view content);

// `path`: absolute. No newline: engines read the whole file as a number.
void write_pid_file(const std::string& path, pid_t pid);

}  // namespace phi::command
