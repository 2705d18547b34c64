// SPDX-License-Identifier: Apache-2.0
#include "memory_source.hpp"

#include <algorithm>

namespace runphi::common {

namespace {

// At once, so that no lane keeps the others waiting: a little more than a ring.
constexpr unsigned most_turns = 5;

}  // namespace

MemorySource::MemorySource(void* memory, std::uint32_t generation) {
    runphi_memory_begin_host(&end_, memory, generation);
}

bool MemorySource::move(Peers& peers) {
    bool moved = false;
    moved |= move_out(RUNPHI_MEMORY_CONSOLE, peers.console);
    moved |= move_out(RUNPHI_MEMORY_AGENT, peers.agent);
    moved |= move_in(RUNPHI_MEMORY_CONSOLE, peers.console);
    moved |= move_in(RUNPHI_MEMORY_AGENT, peers.agent);
    return moved;
}

bool MemorySource::move_out(unsigned lane, Peer& peer) {
    bool moved = false;
    Held& held = held_[lane];
    for (unsigned turn = 0; turn < most_turns && peer.connected(); ++turn) {
        if (held.begin == held.end) {
            held.begin = 0;
            held.end = runphi_memory_take(&end_, lane, held.bytes.data(),
                                          static_cast<std::uint32_t>(held.bytes.size()));
        }
        if (held.begin == held.end) break;
        const std::size_t put = peer.send({held.bytes.data() + held.begin, held.end - held.begin});
        if (put == 0) break;
        held.begin += put;
        moved = true;
    }
    return moved;
}

bool MemorySource::move_in(unsigned lane, Peer& peer) {
    char bytes[4096];
    // The room can only grow meanwhile, unless the guest lies; then the lane is broken, and what
    // was for it goes nowhere.
    const std::size_t most = std::min<std::size_t>(room(lane), sizeof bytes);
    const std::size_t got = peer.receive(bytes, most);
    if (got == 0) return false;
    runphi_memory_send(&end_, lane, bytes, static_cast<std::uint32_t>(got));
    return true;
}

std::optional<Told> MemorySource::told() const {
    const std::uint32_t state = runphi_memory_state(&end_);
    if ((state & 0xff) != RUNPHI_MEMORY_ENDED) return std::nullopt;
    return Told{static_cast<int>(state >> RUNPHI_MEMORY_STATUS_SHIFT & 0xff)};
}

std::string MemorySource::fault() const {
    for (const runphi_memory_lane& lane : end_.lanes) {
        if (lane.broken) return "the guest has spoilt its memory channel";
    }
    return {};
}

}  // namespace runphi::common
