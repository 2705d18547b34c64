// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

// The fake machine: its partitions are the processes that run fake-partition, so what it tells of
// them is always true, also of one whose creator died half-way.
//   argv: PROGRAM NAME REALM KIND
// The realm is the host's cache folder: test suites that run side by side on one machine have state
// folders of their own, and must not see each other's partitions.
namespace fake {

inline constexpr const char* program_name = "fake-partition";
// In the partition's directory.
inline constexpr const char* control_socket = "fake-control";
inline constexpr const char* console_socket = "fake-console";
inline constexpr const char* agent_socket = "fake-agent";
inline constexpr const char* cpus_file = "fake-cpus";  // one number a line, since an update

// Where fake-partition finds the tree that it shares with the host.
inline constexpr const char* share_variable = "FAKE_SHARE";

// What fake-partition finds open.
inline constexpr int script_fd = 3;
inline constexpr int control_fd = 4;
inline constexpr int console_fd = 5;
inline constexpr int agent_fd = 6;

struct Process {
    runphi::sdk::ProcessId id;
    std::string name;
};

// The handle that create returns.
std::string write_handle(const runphi::sdk::Process& process);

// Every partition of this realm, also one that nobody remembers.
std::vector<Process> find_all(const runphi::sdk::Host& host);
// The process of the handle. Without a handle create may have died half-way: then one of this name
// is looked for, if there is the control socket, which create makes before the process.
std::optional<Process> find(const runphi::sdk::Host& host, const runphi::sdk::Partition& partition);

// The control socket speaks in packets: a request word; the answer "ok STATE HAS_EXIT STATUS" or
// "error CODE TEXT".
runphi::sdk::Query ask(const runphi::sdk::Host& host, const Process& process,
                       const std::string& request);

// Connects to one of its sockets.
runphi::sdk::UniqueFd connect_to(const Process& process, const char* socket_name, int type);
// A listening socket of that name in the partition's directory; an older one is replaced.
runphi::sdk::UniqueFd listen_at(int dir_fd, const char* socket_name, int type);

}  // namespace fake
