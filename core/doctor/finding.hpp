// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/settings/settings.hpp"

// Can this node run partitions? Each check looks at one thing, changes nothing, and says what it
// has found and what to do about it.
namespace phi::doctor {

enum class Level {
    ok,
    note,   // something cannot be done here, and partitions can run without it
    wrong,  // no partition can run
};
const char* to_string(Level level);

struct Finding {
    Level level = Level::ok;
    std::string subject;  // one word: "runc"
    std::string text;
    std::string remedy;  // a command, or what to do; empty: nothing is to be done
};

using Findings = std::vector<Finding>;

Finding look_at_kernel();
Finding look_at_settings();
Finding look_at_state(const Settings& settings);
Finding look_at_runc(const Settings& settings);
Finding look_at_engines();
// A finding for each, and which one containers get.
Findings look_at_backends(const Settings& settings);
Finding look_at_board(const Settings& settings);
Findings look_at_guests(const Settings& settings);
Finding look_at_network();

// All of them, in this order.
Findings examine(const Settings& settings);
bool able(const Findings& findings);

// For people, one screen, and for programs.
std::string print(const Findings& findings);
std::string print_json(const Findings& findings);

}  // namespace phi::doctor
