// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <runphi/sdk.hpp>
#include <set>
#include <string>

// The node's settings of the fake backend ("backend_settings": {"fake": ...}), which are the
// handles for tests:
//   "program"       the fake-partition program; default: beside the library
//   "board"         the board, inline; default: board.cpp
//   "present"       false: the probe finds no hypervisor
//   "capabilities"  a number in place of the true RUNPHI_CAP_*
//   "stats"         what it tells as its statistics, inline
//   "fail"          {"FUNCTION": CODE}: that function fails with that RUNPHI_* code
//   "hang"          ["FUNCTION"]: it waits until its deadline, or for ever
//   "die"           ["FUNCTION"]: it kills its own process with SIGKILL
// FUNCTION is a function's name in abi.h; "create.late" is create when the partition is made but
// not yet returned, "update.late" update when the partition has moved.
namespace fake {

struct Settings {
    std::string program;
    std::string board;
    std::string stats = R"({"format":"runphi.stats/1"})";
    bool present = true;
    std::optional<std::uint64_t> capabilities;
    std::map<std::string, std::uint64_t> fail;
    std::set<std::string> hang;
    std::set<std::string> die;
};

Settings read_settings(const runphi::sdk::Host& host);

// Does at this point what the settings want to go wrong.
void injected(const runphi::sdk::Host& host, const char* function);

}  // namespace fake
