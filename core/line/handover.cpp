// SPDX-License-Identifier: Apache-2.0
#include "core/line/handover.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/forward/claim.hpp"
#include "core/forward/store_path.hpp"

namespace phi::line {
namespace {

// The value of -b or --bundle, wherever it stands.
std::string bundle_among(const std::vector<std::string>& words) {
    std::string bundle = ".";
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string_view word = words[at];
        const std::size_t dashes = std::min(word.find_first_not_of('-'), word.size());
        if (dashes == 0 || dashes > 2) continue;
        const std::size_t equals = std::min(word.find('='), word.size());
        const std::string_view name = word.substr(dashes, equals - dashes);
        if (name != "b" && name != "bundle") continue;
        if (equals < word.size())
            bundle = word.substr(equals + 1);
        else if (at + 1 < words.size())
            bundle = words[at + 1];
    }
    return bundle;
}

bool has_config(const std::string& bundle) {
    return ::access(text(bundle.empty() ? "." : bundle, "/config.json").c_str(), F_OK) == 0;
}

}  // namespace

forward::Vanilla Handover::whatever() const {
    auto vanilla = forward::find_vanilla(settings_);
    if (!vanilla.path.empty()) forward::hand_over(vanilla, argv_);
    return vanilla;
}

std::optional<forward::Vanilla> Handover::foreign(const Command& command, const Bound& bound,
                                                  const std::vector<std::string>& words) const {
    switch (command.route) {
        case Route::own:
            return std::nullopt;
        case Route::container:
            if (!forward::has_container(settings_, root_, words.front())) whatever();
            return std::nullopt;
        case Route::bundle:
            break;
    }
    const std::string bundle = bound.bundle();
    if (forward::claims_bundle(settings_, bundle)) return std::nullopt;
    // One id is one container, whoever runs it.
    if (forward::has_container(settings_, root_, words.front()))
        throw Error(Code::exists, "container with given ID already exists");
    auto vanilla = whatever();
    // A bundle without a config.json is reported by the command itself, in the words for that.
    if (!has_config(bundle)) return std::nullopt;
    return vanilla;
}

void Handover::unknown_flag(const Command& command, const std::vector<std::string>& words) const {
    if (!command.of_runc) return;
    if (command.route == Route::bundle) {
        if (forward::claims_bundle(settings_, bundle_among(words))) return;
    } else {
        for (const auto& word : words)
            if (forward::has_container(settings_, root_, word)) return;
    }
    whatever();
}

}  // namespace phi::line
