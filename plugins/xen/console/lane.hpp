// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../../common/peer.hpp"
#include "exit_line.hpp"

namespace runphi::xen {

// Carries bytes between terminals of a domain (xenconsoled is at their other ends) and the one who
// has connected to a socket, the container's monitor. What the monitor does not take is not read,
// and stays with xenconsoled.
class Lane {
  public:
    explicit Lane(sdk::UniqueFd listener) : peer_(std::move(listener)) {}

    // From now on the text is searched for the line of exit_line.hpp.
    void listen_to_exit() { listens_to_exit_ = true; }

    // What is a terminal in all but its settings.
    void add(sdk::UniqueFd socket) { terminals_.push_back(std::move(socket)); }
    // A terminal of the domain, by its path. Input goes to the one that has spoken last, at first
    // to the first.
    void open(const std::string& path);

    void add_to(std::vector<pollfd>& slots);
    // Of the same vector.
    void handle(const std::vector<pollfd>& slots);
    // Bytes of the domain were moved by the last call of handle.
    bool moved() const { return moved_; }
    // Bytes of the domain that were read since the beginning, modulo 2^32.
    std::uint32_t heard() const { return heard_; }
    // There is text that a connected monitor has not taken.
    bool waits() const { return peer_.connected() && !text_.empty(); }
    // Is anybody there, and anything to read from?
    bool is_live() const { return peer_.connected() && !terminals_.empty(); }
    void end() { exit_line_.flush(text_); }
    std::optional<int> exit_status() const { return exit_line_.status(); }

  private:
    void read_from(std::size_t terminal);
    void write_input();
    void close(std::size_t terminal);

    common::Peer peer_;
    std::vector<sdk::UniqueFd> terminals_;
    std::size_t speaker_ = 0, first_slot_ = 0;
    std::uint32_t heard_ = 0;
    std::string text_, input_;
    ExitLine exit_line_;
    bool listens_to_exit_ = false, moved_ = false;
};

}  // namespace runphi::xen
