// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "../peer.hpp"

namespace runphi::common {

// The sockets in the partition's directory; the monitor is at their other ends.
struct Peers {
    Peer console, agent;
};

// What the guest itself has told of its end.
struct Told {
    int exit_status = 0;  // 0 to 255
};

// Where the bytes of a partition come from and go to. All of it was written by a guest, or at least
// may have been.
class Source {
  public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    // Is there room for input, and is there output that waits for a peer?
    virtual bool wants_console_input() const { return true; }
    virtual bool wants_agent_input() const { return true; }
    virtual bool has_console_output() const { return false; }
    virtual bool has_agent_output() const { return false; }

    // Moves what can be moved now; says whether anything was.
    virtual bool move(Peers& peers) = 0;
    // Nothing more will come: what still stands here goes out by the next moves.
    virtual void end() {}
    virtual std::optional<Told> told() const { return std::nullopt; }
    // Why it failed, if that was said here; and what was said last. Both printable.
    virtual std::string fault() const { return {}; }
    virtual std::string last_words() const { return {}; }
    // Must it be looked at again and again, because nothing wakes anybody?
    virtual bool is_polled() const { return false; }
};

// Of a partition without a way to us: what comes for it is dropped.
class NoSource : public Source {
  public:
    bool move(Peers& peers) override;
};

}  // namespace runphi::common
