// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "change.hpp"
#include "core/base/error.hpp"
#include "runc.hpp"

namespace phi::configure {
namespace {

// Another's file in it keeps it.
void undo_directory(const Root& root, const Step& step) {
    if (::rmdir(root.at(step.path).c_str()) == 0 || errno == ENOENT || errno == ENOTEMPTY) return;
    throw os_error("rmdir " + step.path);
}

std::string undo_step(const Root& root, const Step& step) {
    root.remove_unfinished(step.path);
    switch (step.kind) {
        case Step::Kind::file:
            return undo_file(root, step);
        case Step::Kind::directory:
            undo_directory(root, step);
            break;
        case Step::Kind::made:
            root.remove_tree(step.path);
            break;
        case Step::Kind::runc:
            undo_runc(root, step);
            break;
    }
    return {};
}

}  // namespace

std::vector<std::string> undo(const Root& root, Journal journal) {
    std::vector<std::string> tell;
    while (!journal.steps.empty()) {
        const std::string said = undo_step(root, journal.steps.back());
        if (!said.empty()) tell.push_back(said);
        journal.steps.pop_back();
        journal.done = false;
        journal.save(root);
    }
    Journal::forget(root);
    return tell;
}

}  // namespace phi::configure
