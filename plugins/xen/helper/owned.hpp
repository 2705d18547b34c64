// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libxl.hpp"

namespace runphi::xen {

// Owns a libxl type that has _init and _dispose.
template <typename T, void (*Init)(T*), void (*Dispose)(T*)>
class Owned {
  public:
    Owned() { Init(&value_); }
    ~Owned() { Dispose(&value_); }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    T* operator->() { return &value_; }
    T* get() { return &value_; }

  private:
    T value_;
};

}  // namespace runphi::xen
