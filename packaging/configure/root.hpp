// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/settings/settings.hpp"

namespace phi::configure {

// The tree that is worked on: "/", or that of an image which is being built. Paths are given and
// recorded as they are inside it.
class Root {
  public:
    explicit Root(const std::string& dir);

    bool is_machine() const { return dir_.empty(); }
    const std::string& dir() const { return dir_; }  // empty: "/"
    std::string at(const std::string& path) const { return dir_ + path; }
    // The path inside it of a path of this machine; what lies outside stays as it is.
    std::string inside(const std::string& path) const;
    // Is there anything, be it a link that leads nowhere?
    bool has(const std::string& path) const;
    bool has_directory(const std::string& path) const;
    // nullopt: there is none. Throws for what is no regular file.
    std::optional<std::string> read(const std::string& path) const;

    // Replaces a file, or makes it: written, synced, renamed, and its folder synced.
    void write(const std::string& path, const std::string& bytes, unsigned mode) const;
    void rename(const std::string& from, const std::string& to) const;
    // A second name for the same file; a name that is taken is an error.
    void link(const std::string& from, const std::string& to) const;
    // A symbolic link in the place of whatever file has the name.
    void point(const std::string& path, const std::string& target) const;
    // What a write or point of this path has left that was cut short.
    void remove_unfinished(const std::string& path) const;
    // False if there was nothing.
    bool remove(const std::string& path) const;
    void remove_tree(const std::string& path) const;

    // Runs a program of the tree, on this machine. Merged output; throws if it cannot be run, or
    // takes more than ten seconds.
    struct Ran {
        int status = 0;  // or 128 + signal
        std::string out;
    };
    Ran run(const std::vector<std::string>& argv, int limit_s = 10) const;

    // The settings of its node. The paths that they do not name are inside it.
    Settings settings() const;

  private:
    void sync_folder_of(const std::string& path) const;

    std::string dir_;
};

}  // namespace phi::configure
