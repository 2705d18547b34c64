// SPDX-License-Identifier: Apache-2.0
#include "core/board/place_parts.hpp"

namespace phi::board {

Grant place(const Board& board, const std::vector<Held>& held, const Request& request) {
    Grant grant;
    place_cpus(board, held, request, grant);
    place_memory(board, held, request, grant);
    place_devices(board, held, request, grant);
    place_channels(board, held, request, grant);
    return grant;
}

}  // namespace phi::board
