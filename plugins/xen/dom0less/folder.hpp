// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>

namespace runphi::xen::dom0less {

// A new folder that is there when all of it is: it is written beside its place, and moved there.
// Without keep() nothing is left of it.
class NewFolder {
  public:
    // Throws Error(exists) if there is something of this name.
    explicit NewFolder(const std::string& path);
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    ~NewFolder();

    void write(const std::string& name, std::string_view bytes);
    void copy(const std::string& name, int fd, std::uint64_t size);
    void keep();

  private:
    sdk::UniqueFd create(const std::string& name);

    std::string path_, draft_;
    sdk::UniqueFd fd_;
    std::vector<std::string> files_;
    bool kept_ = false;
};

}  // namespace runphi::xen::dom0less
