// SPDX-License-Identifier: Apache-2.0
// The flags of the commands that do their full work for partitions.
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/cli/commands.hpp"

namespace phi::cli::bind {
namespace {

using command::Global;
using Words = std::vector<std::string>;

template <typename Options>
struct Holder {
    Options options;
    std::int64_t preserve_fds = 0;
    bool flag = false;
    std::string word;
};

template <typename Options>
std::shared_ptr<Holder<Options>> create_flags(Flags& flags) {
    auto held = std::make_shared<Holder<Options>>();
    command::Create& options = held->options;
    flags.word("--bundle,-b", "the bundle's directory (default: the current directory)",
               &options.bundle);
    flags.word("--console-socket",
               "AF_UNIX socket that is sent the master end of the container's terminal",
               &options.console_socket);
    flags.word("--pid-file", "file to write the container's process id to", &options.pid_file);
    flags.word("--pidfd-socket", "AF_UNIX socket that is sent a pidfd of the container's process",
               &options.pidfd_socket);
    flags.toggle("--no-pivot", "accepted; a partition has no mount namespace to pivot");
    flags.toggle("--no-new-keyring", "accepted; a partition does not share the host's keyrings");
    flags.number("--preserve-fds",
                 "number of descriptors from 3 on to hand to the container (default: 0)",
                 &held->preserve_fds);
    return held;
}

template <typename Options>
void finish(Holder<Options>& held, const Words& words) {
    command::Create& options = held.options;
    options.id = words.at(0);
    if (options.bundle.empty()) options.bundle = ".";
    if (held.preserve_fds < 0 || held.preserve_fds > 1 << 20)
        throw Error(Code::invalid, text("--preserve-fds ", held.preserve_fds,
                                        ": expected a number from 0 to 1048576"));
    options.preserve_fds = static_cast<unsigned>(held.preserve_fds);
}

// A command whose only word is the id.
Bound by_id(int (*call)(const Global&, const std::string&)) {
    return {[call](const Global& global, const Words& words) { return call(global, words.at(0)); }};
}

}  // namespace

Bound create(Flags& flags) {
    auto held = create_flags<command::Create>(flags);
    return {[held](const Global& global, const Words& words) {
                finish(*held, words);
                return command::create(global, held->options);
            },
            [held] { return held->options.bundle; }};
}

Bound run(Flags& flags) {
    auto held = create_flags<command::Run>(flags);
    flags.toggle("--detach,-d", "do not wait for the container", &held->options.detach);
    flags.toggle("--keep", "do not delete the container when it has ended", &held->options.keep);
    flags.toggle("--no-subreaper", "do not become the reaper of orphaned processes",
                 &held->options.no_subreaper);
    return {[held](const Global& global, const Words& words) {
                finish(*held, words);
                return command::run(global, held->options);
            },
            [held] { return held->options.bundle; }};
}

Bound start(Flags&) {
    return by_id(command::start);
}
Bound state(Flags&) {
    return by_id(command::state);
}
Bound pause(Flags&) {
    return by_id(command::pause);
}
Bound resume(Flags&) {
    return by_id(command::resume);
}

Bound kill(Flags& flags) {
    auto held = std::make_shared<Holder<command::Kill>>();
    flags.toggle("--all,-a", "send the signal to every process of the container",
                 &held->options.all);
    return {[held](const Global& global, const Words& words) {
        held->options.id = words.at(0);
        if (words.size() > 1 && !words[1].empty()) held->options.signal = words[1];
        return command::kill(global, held->options);
    }};
}

Bound remove(Flags& flags) {
    auto held = std::make_shared<Holder<command::Delete>>();
    flags.toggle("--force,-f", "end the container first if it still runs (SIGKILL)",
                 &held->options.force);
    return {[held](const Global& global, const Words& words) {
        held->options.id = words.at(0);
        return command::remove(global, held->options);
    }};
}

Bound list(Flags& flags) {
    auto held = std::make_shared<Holder<command::List>>();
    held->word = "table";
    flags.word("--format,-f", "table or json (default: \"table\")", &held->word);
    flags.toggle("--quiet,-q", "print the ids only", &held->options.quiet);
    return {[held](const Global& global, const Words&) {
        using Format = command::List::Format;
        if (held->word != "table" && held->word != "json")
            throw Error(Code::invalid, "invalid format option",
                        text("found ", quoted(held->word), ", expected table or json"));
        held->options.format = held->word == "json" ? Format::json : Format::table;
        return command::list(global, held->options);
    }};
}

Bound spec(Flags& flags) {
    auto held = std::make_shared<Holder<int>>();
    flags.word("--bundle,-b", "the bundle's directory (default: the current directory)",
               &held->word);
    flags.toggle("--rootless", "for a container without root's rights", &held->flag);
    return {[held](const Global&, const Words&) {
        return command::spec(held->word.empty() ? "." : held->word, held->flag);
    }};
}

Bound features(Flags&) {
    return {[](const Global& global, const Words&) { return command::features(global); }};
}

Bound detect(Flags&) {
    return {[](const Global& global, const Words&) { return command::detect(global); }};
}

Bound recover(Flags&) {
    return {[](const Global& global, const Words&) { return command::recover(global); }};
}

Bound board(Flags& flags) {
    auto held = std::make_shared<Holder<command::Board>>();
    flags.toggle("--discover", "ask the hypervisor instead of reading the board file",
                 &held->options.discover);
    flags.toggle("--free", "only what no container holds", &held->options.free);
    return {[held](const Global& global, const Words&) {
        return command::board(global, held->options);
    }};
}

Bound plan(Flags& flags) {
    auto held = std::make_shared<Holder<command::Plan>>();
    flags.word("--id", "the container id to plan for (default: \"plan\")", &held->options.id);
    return {[held](const Global& global, const Words& words) {
        held->options.bundle = words.at(0);
        return command::plan(global, held->options);
    }};
}

}  // namespace phi::cli::bind
