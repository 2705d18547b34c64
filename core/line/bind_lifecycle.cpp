// SPDX-License-Identifier: Apache-2.0
// The flags of the commands that do their full work for partitions.
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/line/commands.hpp"

namespace phi::line::bind {
namespace {

template <typename Options>
struct Holder {
    Options options;
    std::int64_t preserve_fds = 0;
    std::string word = {};
};

template <typename Options>
std::shared_ptr<Holder<Options>> create_flags(Flags& flags) {
    auto held = std::make_shared<Holder<Options>>();
    Create& options = held->options;
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
Request finished(Holder<Options>& held, const Words& words) {
    Create& options = held.options;
    options.id = words.at(0);
    if (options.bundle.empty()) options.bundle = ".";
    if (held.preserve_fds < 0 || held.preserve_fds > 1 << 20)
        throw Error(Code::invalid, text("--preserve-fds ", held.preserve_fds,
                                        ": expected a number from 0 to 1048576"));
    options.preserve_fds = static_cast<unsigned>(held.preserve_fds);
    return held.options;
}

// A command whose only word is the id.
template <typename Wanted>
Bound by_id() {
    return {[](const Words& words) -> Request { return Wanted{words.at(0)}; }};
}

// One that is asked for by its name alone.
template <typename Wanted>
Bound by_name() {
    return {[](const Words&) -> Request { return Wanted{}; }};
}

}  // namespace

Bound create(Flags& flags) {
    auto held = create_flags<Create>(flags);
    return {[held](const Words& words) { return finished(*held, words); },
            [held] { return held->options.bundle; }};
}

Bound run(Flags& flags) {
    auto held = create_flags<Run>(flags);
    flags.toggle("--detach,-d", "do not wait for the container", &held->options.detach);
    flags.toggle("--keep", "do not delete the container when it has ended", &held->options.keep);
    flags.toggle("--no-subreaper", "do not become the reaper of orphaned processes",
                 &held->options.no_subreaper);
    return {[held](const Words& words) { return finished(*held, words); },
            [held] { return held->options.bundle; }};
}

Bound start(Flags&) {
    return by_id<Start>();
}
Bound state(Flags&) {
    return by_id<State>();
}
Bound pause(Flags&) {
    return by_id<Pause>();
}
Bound resume(Flags&) {
    return by_id<Resume>();
}

Bound kill(Flags& flags) {
    auto held = std::make_shared<Holder<Kill>>();
    flags.toggle("--all,-a", "send the signal to every process of the container",
                 &held->options.all);
    return {[held](const Words& words) -> Request {
        held->options.id = words.at(0);
        if (words.size() > 1 && !words[1].empty()) held->options.signal = words[1];
        return held->options;
    }};
}

Bound remove(Flags& flags) {
    auto held = std::make_shared<Holder<Delete>>();
    flags.toggle("--force,-f", "end the container first if it still runs (SIGKILL)",
                 &held->options.force);
    return {[held](const Words& words) -> Request {
        held->options.id = words.at(0);
        return held->options;
    }};
}

Bound list(Flags& flags) {
    auto held = std::make_shared<Holder<List>>();
    held->word = "table";
    flags.word("--format,-f", "table or json (default: \"table\")", &held->word);
    flags.toggle("--quiet,-q", "print the ids only", &held->options.quiet);
    return {[held](const Words&) -> Request {
        if (held->word != "table" && held->word != "json")
            throw Error(Code::invalid, "invalid format option",
                        text("found ", quoted(held->word), ", expected table or json"));
        held->options.format = held->word == "json" ? List::Format::json : List::Format::table;
        return held->options;
    }};
}

Bound spec(Flags& flags) {
    auto held = std::make_shared<Holder<Spec>>();
    flags.word("--bundle,-b", "the bundle's directory (default: the current directory)",
               &held->options.bundle);
    flags.toggle("--rootless", "for a container without root's rights", &held->options.rootless);
    return {[held](const Words&) -> Request {
        if (held->options.bundle.empty()) held->options.bundle = ".";
        return held->options;
    }};
}

Bound features(Flags&) {
    return by_name<Features>();
}

Bound detect(Flags&) {
    return by_name<Detect>();
}

Bound doctor(Flags& flags) {
    auto held = std::make_shared<Holder<Doctor>>();
    flags.toggle("--json", "for programs", &held->options.json);
    return {[held](const Words&) -> Request { return held->options; }};
}

Bound recover(Flags&) {
    return by_name<Recover>();
}

Bound board(Flags& flags) {
    auto held = std::make_shared<Holder<Board>>();
    flags.toggle("--discover",
                 "ask the hypervisor instead of reading the board file; as a board file, into FILE",
                 &held->options.discover);
    flags.toggle("--free", "only what no container holds", &held->options.free);
    flags.toggle("--cdi", "its devices as a CDI specification for container engines, into FILE",
                 &held->options.cdi);
    flags.toggle("--labels", "labels for Node Feature Discovery, into FILE", &held->options.labels);
    return {[held](const Words& words) -> Request {
        if (!words.empty()) held->options.file = words[0];
        return held->options;
    }};
}

Bound map(Flags& flags) {
    auto held = std::make_shared<Holder<Map>>();
    flags.toggle("--svg", "as a picture, for a browser", &held->options.svg);
    return {[held](const Words&) -> Request { return held->options; }};
}

Bound plan(Flags& flags) {
    auto held = std::make_shared<Holder<Plan>>();
    flags.word("--id", "the container id to plan for (default: \"plan\")", &held->options.id);
    return {[held](const Words& words) -> Request {
        held->options.bundle = words.at(0);
        return held->options;
    }};
}

}  // namespace phi::line::bind
