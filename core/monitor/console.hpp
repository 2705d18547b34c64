// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

// Terminals, and the way to hand one to the engine.
namespace phi::monitor {

struct Pty {
    UniqueFd master;
    UniqueFd slave;
    std::string name;  // "/dev/pts/3"
};

// A new pty in raw mode: the terminal's discipline is the guest's, a second one on the way would
// echo and translate twice. Rows and columns 0: unset.
Pty open_pty(unsigned rows, unsigned columns);

// Connects to the engine's --console-socket. Paths longer than a socket address holds work too.
UniqueFd connect_console_socket(const std::string& path);

// Gives the master away by runc's protocol: one message, the pty's name as payload and the master
// as the one descriptor. The slave is our controlling terminal before that: whoever has the master
// may set a size at once, and the SIGWINCH of it must have somebody to come to.
void hand_over(int socket, Pty& pty);
// The other end, for `run` in the foreground.
UniqueFd receive_terminal(int socket);

}  // namespace phi::monitor
