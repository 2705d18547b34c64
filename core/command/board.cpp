// SPDX-License-Identifier: Apache-2.0
#include "core/board/board.hpp"

#include <unistd.h>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/node_files.hpp"
#include "core/board/print.hpp"
#include "core/board/remaining.hpp"
#include "core/command/caller.hpp"
#include "core/command/options.hpp"
#include "core/command/prepare.hpp"
#include "core/container/ledger.hpp"
#include "core/fs/file.hpp"

namespace phi::command {
namespace {

using Options = Board;

// What partitions may get here: with --discover as the backend finds it, else as the board file has
// it, if there is one.
board::Board the_board(const Settings& settings, const backend::Backend* asked, bool discover) {
    if (!discover) {
        if (auto in_file = read_board_file(settings)) return *in_file;
    }
    return asked != nullptr ? discover_board(*asked)
                            : discover_board(*backend::Backend::select(settings));
}

std::string labels(const Settings& settings, bool discover) {
    const auto backend = backend::Backend::select(settings);
    return board::node_labels(
        the_board(settings, backend.get(), discover),
        {backend->id(), backend->probe().version, backend->probe().capabilities});
}

std::string described(const Settings& settings, bool free) {
    const auto board = the_board(settings, nullptr, false);
    const auto held = container::held_grants(settings);
    return free ? board::print(board::remaining(board, held), {}) : board::print(board, held);
}

void check(const Options& options) {
    if (options.cdi + options.labels + options.free > 1 || (options.free && options.discover)) {
        throw Error(Code::invalid, "board: one of --cdi, --labels, --free and --discover is enough",
                    "--discover goes with --cdi and --labels");
    }
    if (!options.file.empty() && !options.discover && !options.cdi && !options.labels) {
        throw Error(Code::invalid,
                    text("board: ", quoted(options.file),
                         ": only with --discover, --cdi or --labels is it written"),
                    text("runphi board --discover ", options.file));
    }
}

}  // namespace

int board(const Global& global, const Options& options) {
    check(options);
    const Settings& settings = global.settings;
    const auto found = [&] { return the_board(settings, nullptr, options.discover); };
    // As a board file with --discover: somebody may want to save it as one.
    const std::string out = options.cdi        ? board::cdi(found())
                            : options.labels   ? labels(settings, options.discover)
                            : options.discover ? board::write_board(found())
                                               : described(settings, options.free);
    if (options.file.empty()) {
        write_all(STDOUT_FILENO, out, "write the board");
    } else {
        replace_file(absolute_path(options.file), out);
    }
    return 0;
}

}  // namespace phi::command
