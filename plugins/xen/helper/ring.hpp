// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

struct xenforeignmemory_handle;

namespace runphi::xen {

// What a domain has said, whoever has it by now: libxl does not tell, and a domain that is
// destroyed takes along what xenconsoled has not passed on yet.
class ConsoleRings {
  public:
    // Of the rings that xenstore tells of: the console's, and the serial port's if it has one.
    explicit ConsoleRings(std::uint32_t domid);
    ~ConsoleRings();
    ConsoleRings(const ConsoleRings&) = delete;
    ConsoleRings& operator=(const ConsoleRings&) = delete;

    // Bytes since the domain's beginning, modulo 2^32, as the rings count. In the console's the
    // guest does, which may write anything. nullopt if nobody can tell.
    std::optional<std::uint32_t> said() const;
    // xenconsoled has taken all from the rings, and sleeps. It need not have passed it on: it
    // sleeps as well while it asks xenstored what has become of the domain. False if nobody can
    // tell.
    bool are_taken() const;

  private:
    struct Counts {
        std::uint32_t said, taken;
    };
    std::optional<Counts> look_at(std::uint64_t frame) const;

    std::uint32_t domid_;
    int xenconsoled_ = 0;  // its pid
    std::vector<std::uint64_t> frames_;
    xenforeignmemory_handle* memory_ = nullptr;
};

}  // namespace runphi::xen
