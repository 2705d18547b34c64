// SPDX-License-Identifier: Apache-2.0
#include "core/board/board.hpp"

#include <unistd.h>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/print.hpp"
#include "core/board/remaining.hpp"
#include "core/command/caller.hpp"
#include "core/command/options.hpp"
#include "core/command/prepare.hpp"
#include "core/container/ledger.hpp"
#include "core/fs/file.hpp"

namespace phi::command {
namespace {

// With --discover, as a board file: somebody may want to save it as one.
std::string discovered(const Settings& settings) {
    return board::write_board(discover_board(*backend::Backend::select(settings)));
}

std::string described(const Settings& settings, bool free) {
    const auto in_file = read_board_file(settings);
    const auto board = in_file ? *in_file : discover_board(*backend::Backend::select(settings));
    const auto held = container::held_grants(settings);
    return free ? board::print(board::remaining(board, held), {}) : board::print(board, held);
}

}  // namespace

int board(const Global& global, const Board& options) {
    const Settings& settings = global.settings;
    if (!options.file.empty()) {
        if (!options.discover) {
            throw Error(
                Code::invalid,
                text("board: ", quoted(options.file), ": only with --discover is it written"),
                text("runphi board --discover ", options.file));
        }
        replace_file(absolute_path(options.file), discovered(settings));
        return 0;
    }
    const std::string out =
        options.discover ? discovered(settings) : described(settings, options.free);
    write_all(STDOUT_FILENO, out, "write the board");
    return 0;
}

}  // namespace phi::command
