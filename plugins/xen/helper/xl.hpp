// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <runphi/sdk.hpp>
#include <string>

#include "libxl.hpp"

namespace runphi::xen {

// libxl, and what it says: all of it goes to standard error, and the first error of a call into the
// message of ours.
class Xl {
  public:
    // Throws Error if the hypervisor cannot be reached.
    Xl();
    ~Xl();
    Xl(const Xl&) = delete;
    Xl& operator=(const Xl&) = delete;

    libxl_ctx* get() const { return context_; }

    // Of a call's result: throws Error "WHAT: libxl's words" unless it is 0. What libxl said before
    // belongs to earlier calls.
    void check(int result, const std::string& what);
    void forget_words();

  private:
    struct Logger;
    std::unique_ptr<Logger> logger_;
    libxl_ctx* context_ = nullptr;
};

}  // namespace runphi::xen
