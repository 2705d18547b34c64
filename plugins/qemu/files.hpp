// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>

// The files of a partition's directory, and the few operations on files that the backend needs.
namespace runphi::qemu {

inline constexpr const char* qmp_socket = "qmp.sock";        // commands
inline constexpr const char* events_socket = "events.sock";  // a second QMP, for one waiting reader
inline constexpr const char* console_socket = "console.sock";
inline constexpr const char* agent_socket = "agent.sock";
inline constexpr const char* sessions_socket = "sessions.sock";
inline constexpr const char* log_file = "qemu.log";        // what QEMU says; see ended.hpp
inline constexpr const char* share_socket = "share.sock";  // gone once both ends are connected
inline constexpr const char* share_log = "virtiofsd.log";  // what virtiofsd says; see share.hpp
// ID.args: the command line, one argument per line.
std::string arguments_file(const std::string& id);

// The last `most` bytes of a file; empty if there is none.
std::string read_tail_at(int dir_fd, const char* name, std::size_t most);
// The whole of a file, at most `most` bytes; empty if it cannot be read.
std::string read_small(const std::string& path, std::size_t most = 64U << 10);
// Bytes from an offset, fewer only at the end of the file. `what` names the file in errors.
std::string read_at(int fd, std::uint64_t offset, std::size_t length, const std::string& what);

void write_all(int fd, std::string_view bytes, const std::string& what);
// Creates or replaces a file of the directory, mode 0600, without following a link.
sdk::UniqueFd create_file_at(int dir_fd, const char* name, bool append = false);
void remove_at(int dir_fd, const char* name);  // what is gone is fine
bool exists_at(int dir_fd, const char* name);

// A sealed memfd with these bytes: readable by path (/proc/self/fd/N), and by nobody changeable.
sdk::UniqueFd sealed_memory(const char* name, std::string_view bytes);

}  // namespace runphi::qemu
