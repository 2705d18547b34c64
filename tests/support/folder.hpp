// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace phi::test {

// A folder of a test's own, removed at the end.
class Folder {
  public:
    Folder() {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }

    // Writes a file, making the folders on the way to it. Returns its path.
    std::string write(const std::string& name, const std::string& content,
                      bool executable = false) const {
        const std::filesystem::path full = path_ + "/" + name;
        std::filesystem::create_directories(full.parent_path());
        std::ofstream(full, std::ios::binary) << content;
        if (executable)
            std::filesystem::permissions(full, static_cast<std::filesystem::perms>(0755));
        return full;
    }

  private:
    std::string path_ = "/tmp/runphi-unit-XXXXXX";
};

}  // namespace phi::test
