// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/container/store.hpp"

namespace phi::live {

// A container's cgroup of its own, in every hierarchy in which it has one: v1 has a hierarchy a
// controller, v2 one for all, and both may be mounted side by side, so a controller is found by its
// files. A container without linux.cgroupsPath lives in its creator's, which says nothing about it.
class Cgroup {
  public:
    explicit Cgroup(std::vector<std::string> directories) : directories_(std::move(directories)) {}
    // Of a container whose monitor lives; else empty.
    static Cgroup of(const container::Container& container);

    bool empty() const { return directories_.empty(); }
    // The directory in which there is this file; nullptr if none has it.
    const std::string* with(const std::string& file) const;
    // The file's content; empty if there is none, or it cannot be read.
    std::string read(const std::string& file) const;
    // Its one number. "max" is nullopt, as is a file that is not there.
    std::optional<std::uint64_t> number(const std::string& file) const;
    // Lines of "key number".
    std::map<std::string, std::uint64_t> table(const std::string& file) const;
    // Every process in it and in those below it, in order.
    std::vector<pid_t> processes() const;

  private:
    std::vector<std::string> directories_;
};

}  // namespace phi::live
