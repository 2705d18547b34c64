// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/container/store.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

namespace {

// runc's columns: at least 12 wide, three spaces between.
std::string table(const std::vector<oci::State>& states) {
    using Row = std::array<std::string, 6>;
    std::vector<Row> rows{{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
    for (const auto& state : states) {
        rows.push_back({state.id, std::to_string(state.pid), state.status, state.bundle,
                        state.created, state.owner});
    }
    std::array<std::size_t, 6> width{};
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            width[column] = std::max({width[column], row[column].size() + 3, std::size_t{12}});
        }
    }
    std::string out;
    for (auto& row : rows) {
        for (std::size_t column = 0; column + 1 < row.size(); ++column) {
            row[column].resize(width[column], ' ');
            out += row[column];
        }
        out += row.back() + "\n";
    }
    return out;
}

}  // namespace

int list(const Global& global, const List& options) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    std::vector<oci::State> states;
    for (const auto& id : store.ids()) {
        try {
            states.push_back(container::oci_state(store.open(id), settings));
        } catch (const Error& error) {
            // Deleted meanwhile, or half-made: one container must not hide all others.
            log::debug("list: " + id + ": " + error.message());
        }
    }
    std::string out;
    if (options.quiet) {
        for (const auto& state : states) out += state.id + "\n";
    } else if (options.format == List::Format::json) {
        out = oci::list_document(states) + "\n";
    } else {
        out = table(states);
    }
    write_all(STDOUT_FILENO, out, "write the list");
    return 0;
}

}  // namespace phi::command
