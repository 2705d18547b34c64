// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/unique_fd.hpp"
#include "plugin-api/include/runphi/agent.h"

// The control socket in a container's directory: whoever wants something of the guest connects to
// the container's monitor there, one connection a session. It carries packets, each of them one
// frame of runphi/agent.h: its type, then its fields without the session's number, which the
// monitor puts in and takes out. What the frames mean is between the two ends. Closing the
// connection ends the session.
namespace phi::monitor {

inline constexpr const char* control_socket = "control";

// The status of a FAILED that is the monitor's own: the guest was never asked.
inline constexpr unsigned char refused_status = 255;

struct Packet {
    std::uint8_t type = 0;
    std::string_view fields;  // good until the next packet is received
};

// One end of a connection. Never blocks.
class Connection {
  public:
    explicit Connection(UniqueFd socket) : socket_(std::move(socket)) {}

    int fd() const { return socket_.get(); }
    bool is_open() const { return static_cast<bool>(socket_); }
    void close() { socket_.reset(); }

    enum class Sent { all, full, gone };
    Sent send(std::uint8_t type, std::string_view fields);
    enum class Got { packet, nothing, end };
    Got receive(Packet& packet);

  private:
    UniqueFd socket_;
};

// The monitor's side: a listening socket that only root can open. An older one is replaced.
UniqueFd listen_for_control(int dir_fd);
// Whoever waits at it; empty if nobody does, or if it is neither root nor us.
UniqueFd accept_control(int listener);

// The other side. Throws Error(not_found) if the container has no such socket, that is, no agent,
// or if its monitor has gone.
UniqueFd connect_control(int dir_fd);

// The guest's own figures, the text of STATISTICS in runphi/agent.h. Waits at most as long as the
// monitor lets a guest come up. Throws Error(unsupported) if the guest has no agent that tells
// them, Error(timeout) if it does not answer.
std::string guest_statistics(int dir_fd);

}  // namespace phi::monitor
