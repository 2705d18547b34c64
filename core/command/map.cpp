// SPDX-License-Identifier: Apache-2.0
#include "core/map/map.hpp"

#include <unistd.h>

#include <algorithm>

#include "core/backend/backend.hpp"
#include "core/command/options.hpp"
#include "core/command/prepare.hpp"
#include "core/container/ledger.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

int map(const Global& global, const Map& options) {
    const Settings& settings = global.settings;
    const auto in_file = read_board_file(settings);
    const auto board = in_file ? *in_file : discover_board(*backend::Backend::select(settings));
    auto held = container::held_grants(settings);
    std::sort(held.begin(), held.end(),
              [](const auto& a, const auto& b) { return a.container < b.container; });
    write_all(STDOUT_FILENO, options.svg ? map::draw_svg(board, held) : map::draw(board, held),
              "write the map");
    return 0;
}

}  // namespace phi::command
