// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "change.hpp"
#include "commands.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "engines.hpp"
#include "findings.hpp"
#include "node.hpp"
#include "runc.hpp"

namespace phi::configure {
namespace {

struct Installation {
    std::vector<Change> changes;
    std::vector<std::string> tell;  // when it is done
};

void tell_engines(Installation& out, const std::vector<Engine>& found) {
    if (found.empty()) out.tell.push_back("no container engine is installed");
    for (const Engine& engine : found) {
        out.tell.push_back(text(engine.name, " knows the runtime \"runphi\"",
                                engine.restart.empty() ? "" : ", after: " + engine.restart));
    }
}

// All that could refuse is asked here, before anything is changed.
Installation arrange(const Root& root, const Options& options) {
    const std::string runphi = our_program("bin/runphi", root);
    if (!root.has(runphi)) {
        throw Error(Code::not_found, text("there is no ", runphi, " in ", options.root));
    }
    Installation out;
    change_settings(root, options, out.changes);
    if (!forwards_all(options)) {
        out.tell.push_back("partitions get the backend " + choose_backend(root, options.backend));
        // A chosen hypervisor need not run here and now, and this machine need not be its board.
        if (options.backend.empty()) save_board(root, out.changes);
        const std::string said = prepare_guest(root, options, out.changes);
        if (!said.empty()) out.tell.push_back(said);
    }
    if (options.handler) {
        const auto found = engines(root, runphi);
        for (const Engine& engine : found) {
            change_file(root, engine.file, engine.content, out.changes);
        }
        tell_engines(out, found);
    } else {
        // Last: when the engines meet runPHI, everything is there.
        out.changes.push_back(take_place(root, runphi));
        out.tell.push_back("containers that are no partitions go on to " +
                           out.changes.back().step.vanilla);
    }
    return out;
}

void perform(const Root& root, const Installation& what, Journal& journal) {
    journal.save(root);
    for (const Change& change : what.changes) {
        journal.steps.push_back(change.step);
        journal.save(root);
        change.perform();
        std::cout << describe(change.step) << '\n' << std::flush;
    }
    journal.done = true;
    journal.save(root);
}

// Nothing remains of an installation that was cut short, or that no longer holds.
void clear_the_way(const Root& root) {
    const auto before = Journal::read(root);
    if (!before) return;
    std::cout << (before->done ? "what was installed is not as it should be: first put back\n"
                               : "an installation was cut short: first put back\n");
    for (const std::string& line : undo(root, *before)) std::cout << line << '\n';
}

}  // namespace

int install(const Options& options) {
    const Root root(options.root);
    const std::string how = options.handler ? "handler" : "runc";
    const auto before = Journal::read(root);
    if (before && before->done && before->how == how && is_whole(root, *before) &&
        options.backend.empty()) {
        std::cout << "runPHI is installed already, and all is as it should be\n";
        return 0;
    }
    if (options.dry_run) {
        if (before) std::cout << "put back what was installed before\n";
        for (const Change& change : arrange(root, options).changes) {
            std::cout << describe(change.step) << '\n';
        }
        return 0;
    }
    clear_the_way(root);
    const Installation what = arrange(root, options);
    Journal journal;
    journal.how = how;
    try {
        perform(root, what, journal);
    } catch (const Error& error) {
        undo(root, journal);
        throw error.within("nothing is changed");
    }
    for (const std::string& line : what.tell) std::cout << line << '\n';
    return 0;
}

}  // namespace phi::configure
