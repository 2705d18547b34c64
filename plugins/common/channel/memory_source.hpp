// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/memory_ring.h>

#include <array>
#include <cstdint>

#include "source.hpp"

namespace runphi::common {

// The host's end of a memory channel. A byte is taken from the guest when there is somebody to have
// it, so a host that does not read makes the guest wait, and nothing is lost.
class MemorySource : public Source {
  public:
    // The memory outlives it.
    MemorySource(void* memory, std::uint32_t generation);

    bool wants_console_input() const override { return room(RUNPHI_MEMORY_CONSOLE) > 0; }
    bool wants_agent_input() const override { return room(RUNPHI_MEMORY_AGENT) > 0; }
    bool has_console_output() const override { return waits(RUNPHI_MEMORY_CONSOLE); }
    bool has_agent_output() const override { return waits(RUNPHI_MEMORY_AGENT); }
    bool move(Peers& peers) override;
    std::optional<Told> told() const override;
    std::string fault() const override;
    bool is_polled() const override { return true; }

  private:
    // What was taken from the guest and the peer has not taken yet.
    struct Held {
        std::array<char, 4096> bytes;
        std::size_t begin = 0, end = 0;
    };

    std::uint32_t room(unsigned lane) const { return runphi_memory_room(&end_, lane); }
    bool waits(unsigned lane) const { return held_[lane].begin < held_[lane].end; }
    bool move_out(unsigned lane, Peer& peer);
    bool move_in(unsigned lane, Peer& peer);

    runphi_memory_end end_{};
    std::array<Held, RUNPHI_MEMORY_LANES> held_;
};

}  // namespace runphi::common
