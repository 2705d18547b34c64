// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <climits>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/line/flags.hpp"
#include "core/line/request.hpp"

// Every command: its name, its help, its flags and what a line with them asks for. Only the one
// that was asked for is ever set up.
namespace phi::line {

// How one finds out whose business a command is.
enum class Route {
    own,        // always ours
    bundle,     // create, run: the bundle says it
    container,  // the first word is an id: ours if the store has it
};

// Those of a line that are no flags.
using Words = std::vector<std::string>;

// A command with its flags declared. `request` is called once they have been parsed; it throws
// Error for values that make no sense together.
struct Bound {
    std::function<Request(const Words& words)> request = {};
    std::function<std::string()> bundle = {};  // of Route::bundle
};

struct Command {
    const char* name;
    const char* summary;
    const char* synopsis;  // behind "runphi NAME"
    const char* description;
    Route route;
    int least, most;  // words
    Flags::Order order;
    bool of_runc;         // a newer runc may know flags of it that we do not
    const char* failure;  // before the message of a failure, as runc has it; or ""
    int failure_status;
    Bound (*bind)(Flags& flags);
};

inline constexpr int any_number = INT_MAX;

// nullptr for an unknown name.
const Command* find_command(std::string_view name);
std::span<const Command> all_commands();

namespace bind {
Bound create(Flags& flags);
Bound run(Flags& flags);
Bound copy(Flags& flags);
Bound start(Flags& flags);
Bound state(Flags& flags);
Bound kill(Flags& flags);
Bound remove(Flags& flags);
Bound list(Flags& flags);
Bound pause(Flags& flags);
Bound resume(Flags& flags);
Bound spec(Flags& flags);
Bound features(Flags& flags);
Bound exec(Flags& flags);
Bound ps(Flags& flags);
Bound update(Flags& flags);
Bound events(Flags& flags);
Bound checkpoint(Flags& flags);
Bound restore(Flags& flags);
Bound detect(Flags& flags);
Bound doctor(Flags& flags);
Bound board(Flags& flags);
Bound map(Flags& flags);
Bound plan(Flags& flags);
Bound recover(Flags& flags);
}  // namespace bind

}  // namespace phi::line
