// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/folder.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

// The file system of a node on which runPHI's files have been unpacked, and a runc of its own, in a
// folder below /tmp.
class NodeTree {
  public:
    NodeTree();

    const std::string& dir() const { return folder_.path(); }
    std::string at(const std::string& path) const { return dir() + path; }
    // `path` begins with "/"; folders are made.
    void put(const std::string& path, const std::string& content, bool executable = false) const;
    std::string read(const std::string& path) const { return read_text(at(path)); }
    // dpkg runs it from now on.
    void add_dpkg() const;

    // What a shell script at the place says that is asked for its version.
    void put_runc(const std::string& version, const std::string& path = "/usr/sbin/runc") const;
    std::string version_of(const std::string& path) const;

    std::vector<std::string> command(const std::vector<std::string>& args) const;
    Result configure(const std::vector<std::string>& args) const;
    // Everything in it: "/usr/sbin/runc" to kind, mode, and content or target.
    std::map<std::string, std::string> everything() const;
    // The paths in which it is other than it was then, one a line; empty: none.
    std::string changed_since(const std::map<std::string, std::string>& then) const;

  private:
    Folder folder_;
};

}  // namespace phi::test
