// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/holders.hpp"
#include "core/board/place_parts.hpp"

namespace phi::board {

namespace {

const Channel& find_channel(const Board& board, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& channel : board.channels) {
        if (channel.name == name) return channel;
        names.push_back(channel.name);
    }
    throw Error(Code::invalid,
                text("channel ", quoted(name), " is not on board ", quoted(board.name), " (",
                     names.empty() ? "it has none" : "it has " + join(names, ", "), ")"),
                "ask for a channel of the board file, or add it there");
}

// The lowest end that nobody has.
unsigned free_end(const Board& board, const std::vector<Held>& held, const Channel& channel) {
    std::vector<bool> taken(channel.peers);
    Holders holders;
    for (const auto& one : held) {
        for (const auto& grant : one.grant.channels) {
            if (grant.name != channel.name || grant.peer >= channel.peers) continue;
            taken[grant.peer] = true;
            holders.add(text("end ", grant.peer), one.container);
        }
    }
    const auto end = std::find(taken.begin(), taken.end(), false);
    if (end == taken.end()) {
        throw Error(
            Code::no_resource,
            text("channel ", quoted(channel.name), " asked for, but on board ", quoted(board.name),
                 " all its ", channel.peers, " ends are taken", holders.text()),
            make_room_hint);
    }
    return static_cast<unsigned>(end - taken.begin());
}

}  // namespace

void place_channels(const Board& board, const std::vector<Held>& held, const Request& request,
                    Grant& grant) {
    for (const auto& name : request.channels) {
        const bool twice = std::any_of(grant.channels.begin(), grant.channels.end(),
                                       [&](const ChannelGrant& own) { return own.name == name; });
        if (twice) continue;
        const Channel& channel = find_channel(board, name);
        grant.channels.push_back({name, free_end(board, held, channel), channel.size});
    }
}

}  // namespace phi::board
