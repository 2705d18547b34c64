// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fake/partition/stream.hpp"

namespace fake {

// The sessions of runphi/agent.h, as a guest has them. A process is one of a few built-in programs:
//   cat            copies its input to its output
//   print TEXT     a line on stdout          complain TEXT  a line on stderr
//   flood N        N KiB on stdout           exit N         ends with that status
//   show           the records of its own description, a line each
//   size           waits for a resize and prints "ROWS COLUMNS"
//   trap           prints "ready", waits for a signal and prints "signal N"
//   sleep          runs until a signal ends it
// and everything else is not found. A file that is copied in can be copied out again; "/hello" is
// there from the beginning, and these lie: "/short" sends less than it tells, "/setuid" tells a
// set-user-id bit, "/mute" tells nothing, "/chatty" tells 1 MiB, "/endless" never ends. Nothing can
// be copied to "/ro". How the guest can betray the host instead:
//   silent         answers nothing at all    stingy    never gives credit back
//   overrun        sends more than the window        strangers  frames of sessions that never were
//   nonsense       malformed frames of the session   double     tells two ends
class Sessions {
  public:
    explicit Sessions(Stream& agent) : agent_(agent) {}

    void betray(const std::string& how) { betrayal_ = how; }
    void take(std::uint8_t type, std::string_view payload);
    // Does what can be done now.
    void run();

  private:
    struct Process {
        std::size_t length = 0;
        std::string description;
        std::vector<std::string> args;
        bool started = false;
        std::string input;
        bool input_ended = false;
        std::uint32_t owed = 0;
        std::uint32_t credit[3] = {};
        std::string output[3];
        std::optional<int> status;
        std::optional<int> signal;
        std::string resize;
        std::uint64_t flooded = 0;
        bool greeted = false;
        std::string copy;  // "in" or "out": in place of a program
        std::size_t copy_size = 0;
    };

    void open(std::uint32_t id, std::string_view fields);
    void start(std::uint32_t id, Process& process);
    void take_for(std::uint32_t id, Process& process, std::uint8_t type, std::string_view fields);
    void step(Process& process);
    void wait_for_event(Process& process);
    void copy_out(Process& process);
    void copy_in(Process& process);
    bool send_output(std::uint32_t id, Process& process);
    bool say_end(std::uint32_t id, const Process& process);
    void send(std::uint8_t type, std::uint32_t id, std::string_view fields);
    void tell_tales(std::uint32_t id);

    Stream& agent_;
    std::string betrayal_;
    std::map<std::uint32_t, Process> all_;
    struct File {
        std::string mode, content;
    };
    std::map<std::string, File> files_{{"/hello", {"640", "hello\n"}}, {"/setuid", {"6777", "x"}}};
};

}  // namespace fake
