// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

// Runs a program under ptrace(2) and counts the system calls by which it has an effect on anything
// outside its own memory; at a chosen one it is killed with SIGKILL, before the call takes place.
// No hook in the program is needed: what is killed is what users run.
namespace phi::test {

enum class Victim {
    command,  // the program itself; its children run free
    monitor,  // the first child that it forks, and that does not exec; the program runs on
    living,   // a process that was there before the program, which asks it for something
};

struct TraceOptions {
    Victim victim = Victim::command;
    std::optional<unsigned> kill_at;  // the number of the effect, from 0; nullopt: only count
    std::string output;               // file for standard output and error
    // Done at that effect, which then takes place, instead of killing the victim: it kills others.
    std::function<void()> instead = {};
    int living = 0;  // the pid of Victim::living
};

struct Trace {
    unsigned effects = 0;  // of the victim, until its end or its death
    bool killed = false;
    std::string last;  // the effect at which it was killed: "renameat2"
    int status = 0;    // of the program, as a shell tells it
};

// The program is waited for; another victim only until it is killed, or until the program has
// ended.
Trace trace_effects(const std::vector<std::string>& argv, const std::vector<std::string>& env,
                    const TraceOptions& options);

}  // namespace phi::test
