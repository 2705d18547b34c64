// SPDX-License-Identifier: Apache-2.0
// The flags of the commands that look at a living container and change it.
#include "core/line/commands.hpp"

namespace phi::line::bind {

Bound ps(Flags& flags) {
    auto options = std::make_shared<Ps>();
    flags.word("--format,-f", "table or json (default: \"table\")", &options->format);
    return {[options](const Words& words) -> Request {
        options->id = words.at(0);
        options->ps_options.assign(words.begin() + 1, words.end());
        return *options;
    }};
}

Bound events(Flags& flags) {
    auto options = std::make_shared<Events>();
    flags.duration("--interval", "time between two lines of statistics (default: 5s)",
                   &options->interval_ns);
    flags.toggle("--stats", "print the statistics once and end", &options->stats);
    return {[options](const Words& words) -> Request {
        options->id = words.at(0);
        return *options;
    }};
}

namespace {

struct UpdateFlag {
    const char* name;
    const char* usage;
};

constexpr UpdateFlag update_words[] = {
    {"cpu-period", "CFS period in microseconds"},
    {"cpu-quota", "CFS quota in microseconds, -1 for none"},
    {"cpu-burst", "CFS burst in microseconds"},
    {"cpu-share", "CPU shares"},
    {"cpu-rt-period", "refused for partitions, unless 0: real-time period in microseconds"},
    {"cpu-rt-runtime", "refused for partitions, unless 0: real-time run time in microseconds"},
    {"cpuset-cpus", "CPUs to move to, where the backend can"},
    {"cpuset-mems", "memory nodes; only those that it has"},
    {"cpu-idle", "1: SCHED_IDLE for the cgroup, 0: not"},
    {"kernel-memory", "accepted; the kernel has no such limit any more"},
    {"kernel-memory-tcp", "accepted; the kernel has no such limit any more"},
    {"memory", "memory limit in bytes; only what it has"},
    {"memory-reservation", "soft memory limit in bytes; at most what it has"},
    {"memory-swap", "memory and swap together in bytes, -1 for no limit"},
    {"l3-cache-schema", "refused for partitions: Intel RDT/CAT schema of the L3 cache"},
    {"mem-bw-schema", "refused for partitions: Intel RDT/MBA schema of the memory bandwidth"},
};

struct UpdateLine {
    std::string resources;
    std::map<std::string, std::string> words;
    std::int64_t blkio_weight = 0;
    std::int64_t pids_limit = 0;
};

Update options_of(const UpdateLine& line) {
    Update options;
    options.resources = line.resources;
    options.flags = line.words;
    options.flags["blkio-weight"] = std::to_string(line.blkio_weight);
    options.flags["pids-limit"] = std::to_string(line.pids_limit);
    return options;
}

}  // namespace

Bound update(Flags& flags) {
    auto line = std::make_shared<UpdateLine>();
    flags.word("--resources,-r", "file with the resources as JSON, or - for standard input",
               &line->resources);
    flags.number("--blkio-weight",
                 "refused for partitions, unless 0: weight of block I/O (default: 0)",
                 &line->blkio_weight);
    for (const auto& [name, usage] : update_words)
        flags.word(("--" + std::string(name)).c_str(), usage, &line->words[name]);
    flags.number("--pids-limit",
                 "refused for partitions, unless 0 or -1: number of processes (default: 0)",
                 &line->pids_limit);
    return {[line](const Words& words) -> Request {
        Update options = options_of(*line);
        options.id = words.at(0);
        return options;
    }};
}

}  // namespace phi::line::bind
