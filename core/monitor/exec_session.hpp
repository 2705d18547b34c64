// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "core/monitor/control.hpp"
#include "core/monitor/poll_set.hpp"

namespace phi::monitor {

// The descriptors that a process's bytes come from and go to. They may be shared with others, so
// they are left blocking, and touched only when poll(2) says so.
struct ExecStdio {
    int in = 0;
    int out = 1;
    int err = 2;
    int terminal = -1;  // whose size the process's terminal follows; -1: it has none
};

// A process in the guest, seen from the host process that stands for it.
class ExecSession {
  public:
    // `control`: of connect_control. `signals`: a signalfd of all signals; they are the process's.
    ExecSession(UniqueFd control, const std::string& description, ExecStdio stdio,
                UniqueFd signals);

    // Until the process runs. Throws in runc's words when it never will.
    void await_start(Deadline deadline);
    // Until it has ended and all it wrote is written. Its exit status; 137 if the container ended.
    int await_end();

  private:
    // What comes from the guest and the reader has not taken yet: at most a window.
    struct Output {
        int fd = -1;
        std::string waiting;
        std::uint32_t charged = 0;  // units of what waits
        std::uint32_t owed = 0;     // units that the guest gets back
        bool discard = false;       // nobody reads any more
        std::size_t slot = 0;
    };

    void turn(Deadline deadline);
    void queue(std::uint8_t type, std::string_view fields);
    void flush_queue();
    void take_packets();
    void take_packet(const Packet& packet);
    void take_output(std::string_view fields);
    void take_credit(std::string_view fields);
    void write_output(Output& output, std::uint8_t stream);
    void settle(Output& output, std::uint8_t stream);
    void read_input();
    void take_signals();
    bool wants_input() const;
    bool written() const;

    Connection connection_;
    ExecStdio stdio_;
    UniqueFd signals_;
    PollSet polled_;
    std::deque<std::string> queue_;  // packets that the monitor has not taken yet
    Output out_, err_;
    std::uint32_t input_credit_ = RUNPHI_AGENT_WINDOW;
    bool input_ended_ = false;
    bool started_ = false;
    bool gone_ = false;  // the container
    std::optional<int> status_;
};

}  // namespace phi::monitor
