// SPDX-License-Identifier: Apache-2.0
#include "core/line/commands.hpp"

#include <array>

namespace phi::line {
namespace {

constexpr auto anywhere = Flags::Order::anywhere;
constexpr auto first = Flags::Order::first;

constexpr const char* about_create =
    "Reads config.json of the bundle, places what it asks for on the board and makes the "
    "partition,\n"
    "loaded but with no instruction run. \"runphi start\" runs it. A bundle that asks for no\n"
    "partition is handed to the vanilla runc.";
constexpr const char* about_ps =
    "The processes of this machine that the container consists of. A partition's are its monitor\n"
    "and what its backend runs; the guest's own processes are known to its kernel alone.\n"
    "PS-OPTIONS are those of ps(1) (default: -ef).";
constexpr const char* about_update =
    "What is 0 or not given stays as it is. A partition's CPU time is limited in its cgroup, it "
    "moves\n"
    "to other CPUs where its backend can, and it keeps the memory that it was created with.";
constexpr const char* about_exec =
    "Runs another process beside the container's own, in a guest that has runPHI's agent. Without\n"
    "--detach it waits, and ends with the process's exit status; 255 if the process did not run.";
constexpr const char* about_copy =
    "One regular file, with its permissions, by runPHI's agent in a Linux guest; PATH is one of "
    "the\n"
    "guest's, FILE one of this machine's, either may be a directory to copy into, and - is the\n"
    "standard output. What was there is replaced when the copy is whole, and kept when it fails.";
constexpr const char* about_refused = "Not supported for partitions; ordinary containers have it.";

// Sorted as the help page shows them.
constexpr std::array<Command, 24> table = {{
    {"create", "create a container", "[options] CONTAINER-ID", about_create, Route::bundle, 1, 1,
     anywhere, true, "runphi create failed: ", 1, bind::create},
    {"start", "run the guest of a created container", "CONTAINER-ID", "", Route::container, 1, 1,
     anywhere, true, "", 1, bind::start},
    {"run", "create and start a container", "[options] CONTAINER-ID",
     "\"create\" and \"start\" in one. Without --detach it waits, and ends with the guest's exit\n"
     "status.",
     Route::bundle, 1, 1, anywhere, true, "runphi run failed: ", 1, bind::run},
    {"state", "print the state of a container as JSON", "CONTAINER-ID", "", Route::container, 1, 1,
     anywhere, true, "", 1, bind::state},
    {"kill", "send a signal to a container (default: SIGTERM)", "[options] CONTAINER-ID [SIGNAL]",
     "SIGTERM asks the guest to shut down, SIGKILL ends it now. SIGNAL is a name or a number.",
     Route::container, 1, 2, anywhere, true, "", 1, bind::kill},
    {"delete", "give back all that a container holds", "[options] CONTAINER-ID", "",
     Route::container, 1, 1, anywhere, true, "", 1, bind::remove},
    {"list", "list the containers of this --root", "[options]", "", Route::own, 0, 0, anywhere,
     true, "", 1, bind::list},
    {"pause", "suspend a container", "CONTAINER-ID", "", Route::container, 1, 1, anywhere, true, "",
     1, bind::pause},
    {"resume", "resume a paused container", "CONTAINER-ID", "", Route::container, 1, 1, anywhere,
     true, "", 1, bind::resume},
    {"exec", "run a process in a container", "[options] CONTAINER-ID COMMAND [ARGS...]", about_exec,
     Route::container, 1, any_number, first, true, "exec failed: ", 255, bind::exec},
    {"ps", "list the processes of a container", "[options] CONTAINER-ID [PS-OPTIONS]", about_ps,
     Route::container, 1, any_number, first, true, "", 1, bind::ps},
    {"update", "change the resources of a container", "[options] CONTAINER-ID", about_update,
     Route::container, 1, 1, anywhere, true, "", 1, bind::update},
    {"events", "print events and statistics of a container", "[options] CONTAINER-ID", "",
     Route::container, 1, 1, anywhere, true, "", 1, bind::events},
    {"checkpoint", "save a running container", "[options] CONTAINER-ID", about_refused,
     Route::container, 1, 1, anywhere, true, "", 1, bind::checkpoint},
    {"restore", "restore a saved container", "[options] CONTAINER-ID", about_refused,
     Route::container, 1, 1, anywhere, true, "", 1, bind::restore},
    {"spec", "write a config.json to start from", "[options]", "", Route::own, 0, 0, anywhere, true,
     "", 1, bind::spec},
    {"features", "print what this runtime supports as JSON", "", "", Route::own, 0, 0, anywhere,
     true, "", 1, bind::features},
    {"detect", "show the backends and which of them fits this machine", "", "", Route::own, 0, 0,
     anywhere, false, "", 1, bind::detect},
    {"doctor", "say whether this node can run partitions, and what to do", "[options]",
     "Exit status 0: it can; 1: something is WRONG. A \"note\" is something that cannot be done "
     "here\n"
     "and that partitions can do without.",
     Route::own, 0, 0, anywhere, false, "", 1, bind::doctor},
    {"board", "print the board: what this machine has for partitions", "[options] [FILE]", "",
     Route::own, 0, 1, anywhere, false, "", 1, bind::board},
    {"map", "draw the board and who holds what", "[options]", "", Route::own, 0, 0, anywhere, false,
     "", 1, bind::map},
    {"plan", "print the plan of a bundle, without any effect", "[options] BUNDLE", "", Route::own,
     1, 1, anywhere, false, "", 1, bind::plan},
    {"cp", "copy a file in or out of a running guest", "ID:PATH FILE | ID:PATH - | FILE ID:PATH",
     about_copy, Route::own, 2, 2, anywhere, false, "cp failed: ", 1, bind::copy},
    {"recover", "clear away what dead commands and earlier boots left", "", "", Route::own, 0, 0,
     anywhere, false, "", 1, bind::recover},
}};

}  // namespace

const Command* find_command(std::string_view name) {
    for (const auto& command : table)
        if (name == command.name) return &command;
    return nullptr;
}

std::span<const Command> all_commands() {
    return table;
}

}  // namespace phi::line
