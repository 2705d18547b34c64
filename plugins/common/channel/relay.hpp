// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <runphi/sdk.hpp>
#include <vector>

#include "end.hpp"
#include "source.hpp"

namespace runphi::common {

// The partition that a relay watches.
class Watched {
  public:
    Watched() = default;
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    virtual ~Watched() = default;

    // How it has ended, by what the hypervisor tells; nullopt: it has not. Called ten times a
    // second.
    virtual std::optional<End> look() = 0;
    // Whoever sees the record finds all that the guest has said in the sockets.
    virtual void record(const End& end) = 0;
};

// Of the relay's own, made before it is forked.
struct RelayParts {
    std::unique_ptr<Watched> watched;
    sdk::UniqueFd console, agent,
        watch;  // listening; the last hangs up when the partition has ended
    std::unique_ptr<Source> source;
    std::vector<int> descriptors;  // that the two need
};

// Carries the bytes between a partition and its container's monitor, watches the partition, and
// notes how it has ended. Everything that the guest said before its end is in the sockets when they
// hang up.
class Relay {
  public:
    explicit Relay(RelayParts parts);

    // Until the partition has ended, and that is on record.
    void run();

  private:
    void turn();
    void look_at_watchers(const std::vector<pollfd>& slots);
    std::vector<pollfd> slots() const;
    int timeout_ms() const;
    std::optional<End> told() const;
    std::optional<End> find_end();
    void finish(const End& end);
    bool somebody_takes() const;

    RelayParts parts_;
    Peers peers_;
    std::vector<sdk::UniqueFd> watchers_;
    int pause_ms_;
    std::int64_t look_at_ms_ = 0;  // when the partition's state is read next
};

}  // namespace runphi::common
