// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.hpp"
#include "core/board/board.hpp"
#include "core/board/grant.hpp"
#include "core/board/print.hpp"
#include "core/board/remaining.hpp"

// Any bytes as a board file, and as a grant. Beyond not crashing: what is accepted reads back the
// same, a grant lies inside its board, and giving it back makes the board whole.
namespace {

using namespace phi::board;

void require(bool held) {
    if (!held) std::abort();
}

void try_board(const std::string& text) {
    const Board board = parse_board(text, "board");
    const std::string written = write_board(board);
    require(write_board(parse_board(written, "board")) == written);
    require(write_board(remaining(board, {})) == written);
    if (board.cpus.empty() || board.memory.empty()) return;
    Request request;
    request.memory = board.memory.back().size;
    for (const auto& device : board.devices) request.devices.push_back(device.name);
    for (const auto& channel : board.channels) request.channels.push_back(channel.name);
    request.irqs = board.irqs;
    const Grant grant = place(board, {}, request);
    require(grant.devices.size() == board.devices.size());
    require(grant.memory.at(0).base % board.memory_alignment == 0);
    const std::vector<Held> held{{"c", grant}};
    require(!print(board, held).empty());
    require(remaining(board, held).devices.empty() && remaining(board, held).irqs.empty());
}

void try_grant(const std::string& text) {
    const std::string written = write_grant(parse_grant(text, "grant"));
    require(write_grant(parse_grant(written, "grant")) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const auto attempt : {try_board, try_grant}) {
        try {
            attempt(text);
        } catch (const phi::Error& error) {
            require(!error.message().empty());
        }
    }
    return 0;
}
