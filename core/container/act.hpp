// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/base/time.hpp"
#include "core/base/unique_fd.hpp"

// The socket in a container's directory by which a short command has the container's monitor call
// the backend: the monitor has it loaded, which takes a command of its own most of its time. One
// packet each way, a byte: what is to be done, and whether it was done. Whoever asks holds the
// container's lock and keeps its record; who is answered `false`, or not in time, does it himself,
// and tells what goes wrong.
namespace phi::container {

enum class Act : char { start = 's', pause = 'p', resume = 'r' };

inline constexpr const char* act_socket = "act";

// True: done.
bool ask_monitor(int dir_fd, Act act, Deadline deadline);

// ---- the monitor's side

UniqueFd listen_for_acts(int dir_fd);
// Whoever waits there; empty if nobody does, or if it is neither root nor us.
UniqueFd accept_act(int listener);
// What it wants; nullopt if that is nothing known, or if it has gone: then nothing may be done.
std::optional<Act> take_act(int connection);
void answer_act(int connection, bool done);

}  // namespace phi::container
