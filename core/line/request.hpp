// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/settings/settings.hpp"

// What a command line asks for. Names, defaults and meanings are runc's.
namespace phi::line {

struct Global {
    std::string root;  // --root as given, made absolute; empty: the default store
    bool systemd_cgroup = false;
    Settings settings;  // of the node, read once
};

struct Create {
    std::string id;
    std::string bundle = ".";
    std::string console_socket;
    std::string pid_file;
    std::string pidfd_socket;  // is sent a pidfd of the container's process
    unsigned preserve_fds = 0;
};

struct Run : Create {
    bool detach = false;
    bool keep = false;
    bool no_subreaper = false;
};

struct Start {
    std::string id;
};

struct State {
    std::string id;
};

struct Pause {
    std::string id;
};

struct Resume {
    std::string id;
};

struct Kill {
    std::string id;
    std::string signal = "SIGTERM";
    bool all = false;
};

struct Exec {
    std::string id;
    std::vector<std::string> args;
    std::string process_file;  // in place of args and all that describes the process
    std::optional<bool> tty;
    std::optional<bool> no_new_privs;
    std::string cwd;
    std::vector<std::string> env;
    std::string user;  // "UID[:GID]"
    std::vector<std::string> additional_gids;
    std::vector<std::string> capabilities;
    std::string apparmor;
    std::string process_label;
    std::vector<std::string> cgroups;  // "[CONTROLLER:]PATH", below the container's
    std::string console_socket;
    std::string pid_file;
    bool detach = false;
    std::string pidfd_socket;
    bool ignore_paused = false;
    std::int64_t preserve_fds = 0;
};

struct Copy {
    std::string from, to;  // one of them "ID:PATH", the other a path here; `to` may be "-"
};

struct Delete {
    std::string id;
    bool force = false;
};

struct List {
    enum class Format { table, json } format = Format::table;
    bool quiet = false;
};

struct Ps {
    std::string id;
    std::string format = "table";  // or "json"
    std::vector<std::string> ps_options;
};

struct Events {
    std::string id;
    std::int64_t interval_ns = 5'000'000'000;
    bool stats = false;  // once, and no events
};

struct Update {
    std::string id;
    std::string resources;                     // file, "-": standard input; empty: the flags say it
    std::map<std::string, std::string> flags;  // by name without dashes, the values as typed
};

struct Spec {
    std::string bundle = ".";
    bool rootless = false;
};

struct Features {};

// checkpoint, restore: of partitions not supported.
struct Refused {
    std::string command;
    std::string id;
};

struct Detect {};

struct Doctor {
    bool json = false;
};

struct Recover {};

struct Plan {
    std::string bundle = ".";
    std::string id = "plan";
};

struct Board {
    bool discover = false;  // ask the backend, do not read the board file
    bool free = false;      // what is left beside the grants
    bool cdi = false;       // its devices, for container engines
    bool labels = false;    // for Node Feature Discovery
    std::string file{};     // where to write it; empty: standard output
};

struct Map {
    bool svg = false;
};

// Of one command.
using Request = std::variant<Create, Run, Start, State, Kill, Exec, Copy, Delete, List, Pause,
                             Resume, Ps, Events, Update, Spec, Features, Refused, Detect, Doctor,
                             Recover, Plan, Board, Map>;

}  // namespace phi::line
