// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>

#include "relay.hpp"

// The process between a partition and its container's monitor, whose child it is and with which it
// dies. The monitor finds it by these names in the partition's directory.
namespace runphi::common {

inline constexpr const char* console_socket = "console.sock";
inline constexpr const char* agent_socket = "agent.sock";
inline constexpr const char* watch_socket = "watch.sock";  // hangs up when the partition has ended

// Makes the sockets and starts the relay. Of this process it keeps the sockets, what the source and
// the watched have mapped, and `descriptors`.
sdk::ProcessId start_relay(const sdk::Partition& partition, std::unique_ptr<Watched> watched,
                           std::unique_ptr<Source> source, std::vector<int> descriptors = {});
// Gone is fine, and so is a container's folder that is.
void remove_relay_sockets(const sdk::Partition& partition);

// What the monitor asks the relay for. Throws Error(not_found) if there is none.
sdk::UniqueFd connect_relay(const sdk::Partition& partition, const char* socket);
// The watch socket; of a relay that is gone, one whose other end is closed.
sdk::UniqueFd watch_relay(const sdk::Partition& partition);

// A name for this life of a memory channel: random, and not 0.
std::uint32_t new_generation();

}  // namespace runphi::common
