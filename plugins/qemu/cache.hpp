// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>

#include "deadline.hpp"

namespace runphi::qemu {

// Facts about this machine that hold until the next boot, a file each in the host's cache folder.
// A cache that cannot be used costs time and nothing else, so nothing here throws.
class Cache {
  public:
    explicit Cache(const sdk::Host& host);

    // The value, if it was written since the last boot and for the same key.
    std::optional<std::string> get(const std::string& name, const std::string& key) const;
    void put(const std::string& name, const std::string& key, const std::string& value) const;

    // Held while one process finds a fact out, so that others wait for it instead of doing the
    // same. Empty if there is no folder, or the time ran out.
    sdk::UniqueFd lock(const std::string& name, Deadline deadline) const;

  private:
    std::string full_key(const std::string& key) const;
    sdk::UniqueFd dir_;
    std::string boot_id_;
};

}  // namespace runphi::qemu
