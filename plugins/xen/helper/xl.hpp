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
using DomainInfo = Owned<libxl_dominfo, libxl_dominfo_init, libxl_dominfo_dispose>;
using PhysicalInfo = Owned<libxl_physinfo, libxl_physinfo_init, libxl_physinfo_dispose>;

// Memory that libxl frees by free(3).
char* copied(const std::string& text);
// CPUs of a bitmap, and back.
std::vector<unsigned> cpus_in(const libxl_bitmap& bitmap);
void set_cpus(Xl& xl, libxl_bitmap* bitmap, const std::vector<unsigned>& cpus);
std::string uuid_text(const libxl_uuid& uuid);

}  // namespace runphi::xen
