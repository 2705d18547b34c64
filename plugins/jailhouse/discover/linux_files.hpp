// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace runphi::jailhouse {

// What Linux shows of the machine below /proc and /sys; below another folder for tests.
class LinuxFiles {
  public:
    explicit LinuxFiles(std::string root) : root_(std::move(root)) {}

    // "/proc/iomem" is a path here.
    std::string path(const std::string& of) const { return root_ + of; }
    bool has(const std::string& of) const;
    // The whole of a file. Throws Error, with the code not_found if there is none.
    std::string text(const std::string& of) const;
    // Of a file without its last newline; nullopt if there is none.
    std::optional<std::string> line(const std::string& of) const;
    // The last part of where a link leads; nullopt if there is none.
    std::optional<std::string> link(const std::string& of) const;
    // What is in a folder, sorted; nothing if there is none.
    std::vector<std::string> names(const std::string& of) const;

  private:
    std::string root_;
};

}  // namespace runphi::jailhouse
