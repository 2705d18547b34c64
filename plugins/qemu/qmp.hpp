// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>

#include "deadline.hpp"

namespace runphi::qemu {

// A client of QEMU's monitor protocol (docs/interop/qmp-spec). QEMU serves one client of a socket
// at a time; another one waits in the queue until its deadline. Everything is bounded: the length
// of a line, the number of lines before an answer, the time.
class Qmp {
  public:
    // Connects and shakes hands. Throws Error(not_found) when there is no QEMU any more,
    // Error(timeout) when it does not answer.
    static Qmp connect(int dir_fd, const char* socket, Deadline deadline);
    // The same on a descriptor that is connected already.
    static Qmp handshake(sdk::UniqueFd fd, Deadline deadline);

    // Runs a command and returns the text of its answer's line, {"return": ...}. `arguments`: a
    // JSON object or empty. Throws Error(hypervisor) with QEMU's words.
    std::string execute(std::string_view command, Deadline deadline,
                        std::string_view arguments = {});
    // The run state: "prelaunch", "running", "paused", "shutdown", ...
    std::string run_state(Deadline deadline);

    // Gives the descriptor away. No byte behind the last line has been read from it.
    sdk::UniqueFd release() { return std::move(fd_); }

  private:
    explicit Qmp(sdk::UniqueFd fd) : fd_(std::move(fd)) {}
    std::string read_line(Deadline deadline);
    sdk::UniqueFd fd_;
};

// A line that has arrived complete, taken from the socket without blocking.
struct QmpLine {
    enum class Kind { line, none_yet, end } kind = Kind::none_yet;
    std::string text;
};
QmpLine take_line(int fd);

// The reason of a SHUTDOWN event ("guest-shutdown"); nullopt if the line is anything else.
std::optional<std::string> shutdown_reason(const std::string& line);

}  // namespace runphi::qemu
