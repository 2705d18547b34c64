// SPDX-License-Identifier: Apache-2.0
#include "core/line/commands.hpp"

namespace phi::line::bind {
namespace {

struct Held {
    Exec options;
    bool tty = false;
    bool no_new_privs = false;
};

void process_flags(Flags& flags, Held& held) {
    Exec& options = held.options;
    flags.word("--cwd", "working directory in the container", &options.cwd);
    flags.list("--env,-e", "set an environment variable", &options.env);
    flags.toggle("--tty,-t", "give the process a terminal", &held.tty);
    flags.word("--user,-u", "UID[:GID] to run as", &options.user);
    flags.list("--additional-gids,-g", "an additional group id", &options.additional_gids);
    flags.word("--process,-p", "file with the process as JSON", &options.process_file);
    flags.word("--process-label", "accepted; a guest has no SELinux labels of the host",
               &options.process_label);
    flags.word("--apparmor", "refused; a guest has no AppArmor profiles of the host",
               &options.apparmor);
    flags.toggle("--no-new-privs", "forbid the process to gain privileges", &held.no_new_privs);
    flags.list("--cap,-c", "add a capability", &options.capabilities);
}

void caller_flags(Flags& flags, Exec& options) {
    flags.word("--console-socket",
               "AF_UNIX socket that is sent the master end of the process's terminal",
               &options.console_socket);
    flags.toggle("--detach,-d", "do not wait for the process", &options.detach);
    flags.word("--pid-file", "file to write the id of the host process that stands for it to",
               &options.pid_file);
    flags.word("--pidfd-socket",
               "AF_UNIX socket that is sent a pidfd of the host process that stands for it",
               &options.pidfd_socket);
    flags.number("--preserve-fds", "refused unless 0: a partition cannot inherit descriptors",
                 &options.preserve_fds);
    flags.list("--cgroup", "a cgroup below the container's for its host process, [CONTROLLER:]PATH",
               &options.cgroups);
    flags.toggle("--ignore-paused", "allow it in a paused container", &options.ignore_paused);
}

}  // namespace

Bound exec(Flags& flags) {
    auto held = std::make_shared<Held>();
    process_flags(flags, *held);
    caller_flags(flags, held->options);
    const Flags* parsed = &flags;
    return {[held, parsed](const std::vector<std::string>& words) -> Request {
        Exec& options = held->options;
        options.id = words.at(0);
        options.args.assign(words.begin() + 1, words.end());
        if (parsed->given("tty")) options.tty = held->tty;
        if (parsed->given("no-new-privs")) options.no_new_privs = held->no_new_privs;
        return options;
    }};
}

Bound copy(Flags&) {
    return {[](const std::vector<std::string>& words) -> Request {
        return Copy{words.at(0), words.at(1)};
    }};
}

}  // namespace phi::line::bind
