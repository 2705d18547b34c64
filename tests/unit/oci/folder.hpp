// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "core/base/unique_fd.hpp"

namespace phi::oci::test {

inline std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A folder that lives as long as the test.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/runphi-oci-XXXXXX";
        if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = name;
        fd_.reset(::open(name, O_DIRECTORY | O_RDONLY | O_CLOEXEC));
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    int fd() const { return fd_.get(); }
    std::string path(const std::string& name) const { return path_ + "/" + name; }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }
    std::string read(const std::string& name) const { return content(path(name)); }

  private:
    std::string path_;
    UniqueFd fd_;
};

}  // namespace phi::oci::test
