// SPDX-License-Identifier: Apache-2.0
// The board files that are shipped as examples must be boards that work.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/board/print.hpp"
#include "support.hpp"

namespace phi::board {
namespace {

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

TEST(ExampleBoards, ParseAndPlace) {
    unsigned found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(RUNPHI_EXAMPLE_BOARDS)) {
        if (entry.path().extension() != ".json") continue;
        SCOPED_TRACE(entry.path().string());
        ++found;
        const Board board = parse_board(contents(entry.path()), entry.path().filename());
        Request all = test::ask(static_cast<unsigned>(board.cpus.size()), 1);
        for (const auto& device : board.devices) all.devices.push_back(device.name);
        for (const auto& channel : board.channels) all.channels.push_back(channel.name);
        all.irqs = board.irqs;
        const Grant grant = place(board, {}, all);
        EXPECT_EQ(grant.devices.size(), board.devices.size());
        EXPECT_MENTIONS(print(board, {{"owner-of-all", grant}}), "owner-of-all");
    }
    EXPECT_GE(found, 3U);
}

}  // namespace
}  // namespace phi::board
