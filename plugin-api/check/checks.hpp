// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <string>

#include "calls.hpp"
#include "host.hpp"
#include "options.hpp"
#include "plan.hpp"
#include "report.hpp"

namespace check {

// What the checks share.
struct Bench {
    Report& report;
    const Options& options;
    Host& host;
    std::string dir;  // a folder of our own
    Tables tables;
    std::uint64_t capabilities = 0;
    std::string board;  // JSON
    std::string plan;   // JSON, with all parts; empty until it is planned
};

inline bool can(const Bench& bench, std::uint64_t capability) {
    return (bench.capabilities & capability) != 0;
}

// The partition's own directory.
inline std::string partition_dir(const Bench& bench) {
    return bench.dir + "/partition";
}

// This process's own: another check of the same backend may run beside it. Short enough for the
// least that limits.name_max may be.
inline std::string partition_name() {
    return "check-" + std::to_string(::getpid());
}

// The plan of this shape, with the parts of every stage. Throws Failure.
std::string make_plan(Bench& bench, const std::vector<BootImage>& images, const Shape& shape);

// Loads the library and looks at its entry and tables. False: nothing more can be checked.
bool check_entry(Bench& bench);
// Probe and inventory. False: the hypervisor is not here.
bool check_detection(Bench& bench);
// All stages. False: there is no plan to make a partition from.
bool check_planning(Bench& bench);
// What must hold for partitions that do not exist.
void check_absent(Bench& bench);
// A partition from create to destroy, and what can go wrong on the way.
void check_lifecycle(Bench& bench);
// What not every backend claims, each for those that do: an interface of the container's, a tree
// shared with a Linux guest.
void check_network(Bench& bench);
void check_linux(Bench& bench);

}  // namespace check
