// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "core/oci/spec.hpp"

namespace phi::boot {

// The rights of the container's process, as far as they tell which files it reaches and runs.
class Credentials {
  public:
    explicit Credentials(const oci::Process& process);

    // Of a directory and of a file with this mode and owner: what the kernel would answer.
    bool may_search(mode_t mode, std::uint32_t uid, std::uint32_t gid) const;
    bool may_execute(mode_t mode, std::uint32_t uid, std::uint32_t gid) const;

  private:
    bool has_execute_bit(mode_t mode, std::uint32_t uid, std::uint32_t gid) const;

    std::uint32_t uid_;
    std::vector<std::uint32_t> gids_;
    bool overrides_ = false;  // CAP_DAC_OVERRIDE
    bool searches_ = false;   // CAP_DAC_READ_SEARCH
};

}  // namespace phi::boot
