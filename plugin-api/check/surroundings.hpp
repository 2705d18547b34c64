// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/process.hpp>
#include <string>
#include <vector>

namespace check {

// What a call without effects leaves as it was.
struct Surroundings {
    std::vector<std::string> descriptors;  // "7 -> /path"
    std::vector<std::string> children;
    std::vector<std::string> files;  // of the partition's directory, with size and time of change
    std::string cwd;
    unsigned umask = 0;

    static Surroundings now(const std::string& dir);
    // Throws Failure that names what differs.
    void require_same(const Surroundings& later) const;
};

std::vector<std::string> open_descriptors();
std::vector<runphi::sdk::ProcessId> children_of(int pid);
// Its children, theirs, and so on.
std::vector<runphi::sdk::ProcessId> descendants_of(int pid);
std::vector<std::string> directory_entries(const std::string& dir);

// A directory below /tmp, removed with all that is in it.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace check
