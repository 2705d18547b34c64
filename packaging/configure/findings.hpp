// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "journal.hpp"

namespace phi::configure {

struct Finding {
    bool good = false;
    std::string text;
    std::string mend;  // the one command; empty: nothing is wrong
};

// Every step of an installation, as it is now.
std::vector<Finding> look_at(const Root& root, const Journal& journal);
bool is_whole(const Root& root, const Journal& journal);

}  // namespace phi::configure
