// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the fake hypervisor takes for a guest: a text of one instruction a line.
namespace fake {

enum class Op {
    print,        // print TEXT: a line on the console
    echo,         // copies console input to the console until its end
    exit,         // exit N: tells status N over the agent channel and powers off
    poweroff,     // powers off and tells no status
    crash,        // ends as a guest does that faults
    spin,         // runs until it is asked to end
    deaf,         // from here on ignores being asked
    hello,        // tells the agent channel that it listens
    wait_signal,  // wait-signal: waits for a signal frame and prints "signal N"
    wait_resize,  // wait-resize: waits for a resize frame and prints "resize ROWS COLUMNS"
    flood,        // flood N: N KiB of console output
    read,         // read FILE: prints the first line of a file of the share, "0/name", or why not
    write,        // write FILE WORDS: replaces it, or prints why not
    lie,          // garbage and frames that are too long on the agent channel
    babble,       // babble HOW: without end, beside all else (partition/babble.hpp)
    version,      // version N: what it says hello with, instead of what it speaks
    betray  // betray HOW: in the sessions that are opened from here on (partition/sessions.hpp)
};

struct Instruction {
    Op op;
    std::string text;
    std::uint64_t number = 0;
};

inline constexpr std::size_t script_max = 256U << 10;

// The bytes of a script file, from offset 0. Throws runphi::sdk::Error.
std::string read_script(int fd, const std::string& what);

// Throws runphi::sdk::Error(invalid) "WHAT: line 3: unknown instruction ...". Empty lines and lines
// that begin with '#' are skipped. Falling off the end is a power-off.
std::vector<Instruction> parse_script(std::string_view text, const std::string& what);

}  // namespace fake
