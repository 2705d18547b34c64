// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "journal.hpp"

namespace phi::configure {

// A step and how it is done.
struct Change {
    Step step;
    std::function<void()> perform;
};

// New content for a file, with the folder that it needs; nothing if it has it already.
void change_file(const Root& root, const std::string& path, const std::string& content,
                 std::vector<Change>& changes);

// Gives a file its old content back. What to tell, if somebody has changed it since.
std::string undo_file(const Root& root, const Step& step);

}  // namespace phi::configure
