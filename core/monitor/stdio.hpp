// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "core/base/unique_fd.hpp"
#include "core/monitor/console.hpp"
#include "core/monitor/poll_set.hpp"
#include "core/monitor/pump.hpp"

namespace phi::monitor {

// The container's stdio: descriptors 0 and 1, or the terminal that the engine was sent, and the
// guest's console behind it.
class Stdio {
  public:
    // Makes the terminal, if one is wanted, and hands it over.
    void set_up(UniqueFd console_socket, unsigned rows, unsigned columns);
    // The guest's console; without one, nothing is carried.
    void connect(UniqueFd console);

    // `guest_reads`: what comes in can be handed on.
    void add_to(PollSet& set, bool guest_reads);
    void handle(const PollSet& set);

    // When handle() has something to do though nothing came.
    Deadline deadline() const { return out_ ? out_->held_until() : Deadline::never(); }

    // How many bytes of input there were, told once, when it has ended.
    std::optional<std::uint64_t> take_input_length();
    // The terminal's rows and columns; nullopt without a terminal.
    std::optional<std::pair<std::uint16_t, std::uint16_t>> size() const;
    // Writes what the guest wrote last, which may still be on its way.
    void drain();

  private:
    Pty pty_;  // empty without a terminal
    int input_ = 0;
    int output_ = 1;
    UniqueFd console_;
    std::optional<Pump> out_;
    std::optional<Pump> in_;
    bool length_told_ = false;
    std::size_t slot_ = 0;
};

// The descriptors 0, 1 and 2 of this process lead nowhere from now on.
void let_go_of_stdio();

}  // namespace phi::monitor
