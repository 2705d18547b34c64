// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>

// The few operations on files that the backend needs, and the files of a partition's directory.
namespace runphi::xen {

inline constexpr const char* control_socket = "xen.sock";      // requests to the helper
inline constexpr const char* watch_socket = "xen-watch.sock";  // hangs up when the domain has ended
inline constexpr const char* console_socket = "console.sock";
inline constexpr const char* agent_socket = "agent.sock";
inline constexpr const char* log_file = "xen.log";  // what libxl says
inline constexpr const char* end_file = "xen.end";  // how the domain has ended

// At most so many bytes of a file; nullopt if there is none, or it cannot be read.
std::optional<std::string> read_if_there(const std::string& path, std::size_t most);
// The same of a file of a directory; its last bytes, and only if it is a regular file.
std::optional<std::string> read_tail_at(int dir_fd, const char* name, std::size_t most);

// Creates or replaces a file of the directory, mode 0600, without following a link.
sdk::UniqueFd create_at(int dir_fd, const std::string& name);
void write_all(int fd, std::string_view bytes, const std::string& what);
// A reader sees all of it or nothing.
void write_whole_at(int dir_fd, const std::string& name, std::string_view bytes);
// The first `size` bytes of another file; that one's own place in it is left alone.
void copy_all(int to, int from, std::uint64_t size, const std::string& what);
void remove_at(int dir_fd, const std::string& name);  // gone is fine

// An unnamed file with these bytes.
sdk::UniqueFd memory_file(const char* name, std::string_view bytes);

}  // namespace runphi::xen
