// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <cstddef>
#include <runphi/sdk.hpp>
#include <string_view>

namespace runphi::common {

// A listening socket and the one who has connected to it: the container's monitor. Never blocks.
// When it goes, the next one may come.
class Peer {
  public:
    explicit Peer(sdk::UniqueFd listener);

    bool connected() const { return static_cast<bool>(connection_); }
    // What to poll for: somebody who connects, or what the one who has wants or takes.
    pollfd slot(bool wants_input, bool wants_output) const;
    void handle(short happened);

    // As much as it takes now.
    std::size_t send(std::string_view bytes);
    // At most `room` bytes of what has come.
    std::size_t receive(char* bytes, std::size_t room);

  private:
    sdk::UniqueFd listener_, connection_;
};

}  // namespace runphi::common
