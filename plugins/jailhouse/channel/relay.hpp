// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <runphi/sdk.hpp>
#include <runphi/sdk/socket.hpp>
#include <vector>

#include "../driver/tree.hpp"
#include "../records.hpp"
#include "source.hpp"

namespace runphi::jailhouse {

inline constexpr const char* console_socket = "console.sock";
inline constexpr const char* agent_socket = "agent.sock";
inline constexpr const char* watch_socket = "watch.sock";  // hangs up when the cell has ended

// Of the relay's own, made before it is forked.
struct RelayParts {
    Records records;
    Tree tree;
    int cell = -1;  // its id
    std::string name;
    sdk::UniqueFd console, agent, watch;  // listening
    std::unique_ptr<Source> source;
    std::vector<int> descriptors;  // that the source needs
};

// Carries the bytes between a cell and its container's monitor, watches the cell's state, and notes
// how it has ended. Everything that the cell said before its end is in the sockets when they hang
// up.
class Relay {
  public:
    explicit Relay(RelayParts parts);

    // Until the cell has ended, and that is on record.
    void run();

  private:
    void turn();
    void look_at_watchers(const std::vector<pollfd>& slots);
    std::vector<pollfd> slots() const;
    int timeout_ms() const;
    std::optional<End> find_end();
    std::optional<End> end_of(const CellStatus& cell);
    End failed(const std::string& why) const;
    void finish(const End& end);
    bool somebody_takes() const;

    RelayParts parts_;
    Peers peers_;
    std::vector<sdk::UniqueFd> watchers_;
    bool begun_ = false;
    int pause_ms_;
    std::int64_t look_at_ms_ = 0;  // when the cell's state is read next
};

}  // namespace runphi::jailhouse
