// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/holders.hpp"
#include "core/board/holes.hpp"
#include "core/board/place_parts.hpp"
#include "core/board/range.hpp"

namespace phi::board {

namespace {

struct Free {
    std::uint64_t largest = 0;  // hole, as far as its alignment lets a grant use it
    std::uint64_t total = 0;
};

Free free_memory(const Board& board, const std::vector<Held>& held) {
    Free free;
    for (const auto& pool : board.memory) {
        for (const auto& hole : holes(region_of(pool), taken_of(board, pool, held))) {
            free.total += hole.size;
            if (const auto part = usable(hole, board.memory_alignment)) {
                free.largest = std::max(free.largest, part->size);
            }
        }
    }
    return free;
}

std::string holders_of_memory(const std::vector<Held>& held) {
    Holders holders;
    for (const auto& one : held) {
        std::uint64_t bytes = 0;
        for (const auto& grant : one.grant.memory) bytes += grant.size;
        if (bytes != 0) holders.add(format_bytes(bytes), one.container);
    }
    return holders.text();
}

[[noreturn]] void refuse(const Board& board, const std::vector<Held>& held, std::uint64_t asked,
                         std::optional<std::uint64_t> rounded) {
    const Free free = free_memory(board, held);
    std::string message = format_bytes(asked) + " of memory asked for";
    if (rounded && *rounded != asked) message += text(" (", format_bytes(*rounded), " as granted)");
    message +=
        text(", largest free hole ", format_bytes(free.largest), ", ", format_bytes(free.total),
             " free in all on board ", quoted(board.name), holders_of_memory(held));
    throw Error(Code::no_resource, message, make_room_hint);
}

}  // namespace

void place_memory(const Board& board, const std::vector<Held>& held, const Request& request,
                  Grant& grant) {
    const std::uint64_t wanted =
        std::max<std::uint64_t>({request.memory, board.memory_minimum, board.memory_alignment});
    const auto size = align_up(wanted, board.memory_alignment);
    if (!size) refuse(board, held, request.memory, size);
    for (const auto& pool : board.memory) {
        for (const auto& hole : holes(region_of(pool), taken_of(board, pool, held))) {
            const auto part = usable(hole, board.memory_alignment);
            if (!part || part->size < *size) continue;
            grant.memory.push_back({pool.name, part->base, *size});
            return;
        }
    }
    refuse(board, held, request.memory, size);
}

}  // namespace phi::board
