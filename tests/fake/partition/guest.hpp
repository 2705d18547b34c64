// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/values.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fake/partition/sessions.hpp"
#include "fake/partition/stream.hpp"
#include "fake/script.hpp"

namespace fake {

// The machine's one CPU and the software on it.
class Guest {
  public:
    using State = runphi::sdk::State;

    Guest(std::vector<Instruction> script, bool linux, Stream& console, Stream& agent);

    State state() const { return state_; }
    std::optional<int> exit_status() const { return exit_status_; }

    // What the hypervisor does to it. False: not in this state.
    bool start();
    bool pause();
    bool resume();
    // The power button.
    bool ask_to_stop();

    // Runs until it has to wait for something.
    void run();
    bool wants_console_input() const;
    // It does not wait for anything.
    bool has_more_to_say() const;

  private:
    bool step();  // false: it waits
    bool step_echo();
    bool step_flood(std::uint64_t kib);
    bool step_exit(int status);
    bool step_wait(std::uint8_t frame_type);
    void send(std::uint8_t type, std::string_view payload);
    void say_hello();
    void tell_lies();
    void go_on_babbling();
    void read_shared(const std::string& file);
    void write_shared(const std::string& file_and_words);
    void read_agent();
    void on_frame(std::uint8_t type, std::string_view payload);
    void on_signal(int signal);

    std::vector<Instruction> script_;
    bool linux_;
    Stream& console_;
    Stream& agent_;
    Sessions sessions_;
    State state_ = State::created;
    std::optional<int> exit_status_;
    std::size_t at_ = 0;
    std::uint64_t flooded_ = 0;  // lines of the flood under way
    bool deaf_ = false;
    bool greeted_ = false;
    std::string babble_;
    std::uint64_t babbled_ = 0;              // rounds
    bool told_ = false;                      // the EXIT frame is on its way
    std::optional<int> dying_;               // a signal ends it with this status
    std::optional<std::uint64_t> input_is_;  // bytes of console input, once that is known
    std::string agent_bytes_;
    std::string event_;  // the line that a wait instruction prints, once its frame has come
};

}  // namespace fake
