// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/plan/annotation.hpp"
#include "core/plan/managers.hpp"

namespace phi::plan {

namespace {

constexpr const char* channels_annotation = "org.runphi.channels";
constexpr const char* net_annotation = "org.runphi.net";

bool is_channel(const board::Board& board, const std::string& name) {
    return std::any_of(board.channels.begin(), board.channels.end(),
                       [&](const board::Channel& one) { return one.name == name; });
}

// A network that is a channel of the board is hardware, and granted like one: an image's wish for
// it is none.
void ask_network_link(const oci::Spec& spec, const Settings& settings, const board::Board& board,
                      board::Request& request) {
    const std::string* wanted = spec.annotation(net_annotation);
    if (wanted == nullptr || !is_channel(board, *wanted)) return;
    const auto& allowed = settings.granting_annotations;
    if (std::find(allowed.begin(), allowed.end(), channels_annotation) == allowed.end()) {
        throw Error(Code::denied,
                    text("annotation ", net_annotation, " asks for channel ", quoted(*wanted),
                         " of the board, and this node does not allow channels"),
                    text("an administrator can add ", quoted(channels_annotation),
                         " to \"annotations\" in ", Settings::default_file));
    }
    request.channels.push_back(*wanted);
}

}  // namespace

void ask_channels(const oci::Spec& spec, const Settings& settings, const board::Board& board,
                  board::Request& request) {
    request.channels = granting_annotation(spec, settings, channels_annotation);
    ask_network_link(spec, settings, board, request);
}

}  // namespace phi::plan
