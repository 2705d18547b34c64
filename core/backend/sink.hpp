// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <cstddef>
#include <string>

namespace phi::backend {

// Collects what a plugin writes, up to a bound.
class Sink {
  public:
    static constexpr std::size_t document_max = 1U << 20;

    explicit Sink(std::size_t bound);
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    const runphi_sink* abi() const { return &abi_; }
    // Throws Error(no_resource) if the plugin wrote more than the bound, even if it ignored that.
    std::string take(const std::string& what);

  private:
    static runphi_result write(void* ctx, const void* data, std::uint64_t length);

    runphi_sink abi_;
    std::size_t bound_;
    std::string bytes_;
    bool overflowed_ = false;
};

}  // namespace phi::backend
