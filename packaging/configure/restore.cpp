// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <iostream>

#include "commands.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "journal.hpp"

namespace phi::configure {
namespace {

// runc would not know them: an engine could neither stop nor delete them.
void refuse_living(const Root& root) {
    std::vector<std::string> ids;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(root.settings().state_dir, gone)) {
        const std::string name = entry.path().filename();
        if (entry.is_directory() && name.front() != '.' && name.front() != '@') ids.push_back(name);
    }
    if (ids.empty()) return;
    throw Error(Code::busy, "there are partitions: " + join(ids, ", "),
                "delete them with their engine first: runc does not know them");
}

}  // namespace

int restore(const Options& options) {
    const Root root(options.root);
    const auto journal = Journal::read(root);
    if (!journal) {
        if (!options.dry_run) Journal::forget(root);  // what is left of one that was never begun
        std::cout << "there is nothing to put back\n";
        return 0;
    }
    if (options.dry_run) {
        for (auto step = journal->steps.rbegin(); step != journal->steps.rend(); ++step) {
            std::cout << "undo: " << describe(*step) << '\n';
        }
        return 0;
    }
    if (journal->done) refuse_living(root);
    for (const std::string& line : undo(root, *journal)) std::cout << line << '\n';
    std::cout << "all is as it was before runPHI was installed\n";
    return 0;
}

}  // namespace phi::configure
