// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

struct xenforeignmemory_handle;

namespace runphi::xen {

// What a domain has said, and xenconsoled has not passed on yet. libxl does not tell, and a domain
// that is destroyed takes it along.
class ConsoleRings {
  public:
    // Of the rings that xenstore tells of: the console's, and the serial port's if it has one.
    explicit ConsoleRings(std::uint32_t domid);
    ~ConsoleRings();
    ConsoleRings(const ConsoleRings&) = delete;
    ConsoleRings& operator=(const ConsoleRings&) = delete;

    // xenconsoled has taken all from the rings, and sleeps: then it has written it, too, because
    // the terminals take more as long as they are read. False as well if nobody can tell.
    bool are_drained() const;

  private:
    bool is_empty(std::uint64_t frame) const;

    std::uint32_t domid_;
    int xenconsoled_ = 0;  // its pid
    std::vector<std::uint64_t> frames_;
    xenforeignmemory_handle* memory_ = nullptr;
};

}  // namespace runphi::xen
