// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "root.hpp"

// What has been done to a node, so that it can be undone: by --restore, or by whatever command
// comes next when an installation was cut short. A step is on record before it has any effect.
namespace phi::configure {

// Where the record and the old files are kept.
inline constexpr const char* memory_dir = "/var/lib/runphi";

struct Step {
    enum class Kind {
        file,       // `path` has got new content
        directory,  // `path` was made
        made,       // `path`, a file or a tree, was made by a program of ours
        runc,       // runPHI has the place `path`; what was there is `vanilla`
    } kind = Kind::file;
    std::string path;
    std::string backup;     // file: the old one, in memory_dir; empty: there was none
    std::string written;    // file: the hash of the new content
    std::string vanilla;    // runc
    bool diverted = false;  // runc: dpkg knows
};

std::string describe(const Step& step);
// What Step::written holds.
std::string hash_of(const std::string& content);

struct Journal {
    bool done = false;
    std::string how;  // "runc" or "handler"
    std::vector<Step> steps;

    // nullopt: nothing was ever done here, or all was undone. Throws for a record that cannot be
    // read: guessing could lose runc.
    static std::optional<Journal> read(const Root& root);
    void save(const Root& root) const;
    // The end of it: the record and the backups go.
    static void forget(const Root& root);
};

// Undoes all steps, last first. Idempotent: whatever part of a step had happened. What somebody has
// changed since is kept; returns what to tell about it.
std::vector<std::string> undo(const Root& root, Journal journal);

}  // namespace phi::configure
