// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/backend/judge.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/fs/file.hpp"

namespace phi::command {
namespace {

using Row = std::array<std::string, 4>;

std::string table(const std::vector<Row>& rows) {
    std::array<std::size_t, 4> widths{};
    for (const auto& row : rows)
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], row[column].size());
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t column = 0; column + 1 < row.size(); ++column)
            out += text(row[column], std::string(widths[column] - row[column].size() + 3, ' '));
        out += text(row.back(), '\n');
    }
    return out;
}

std::string choice(const Settings& settings, const std::vector<backend::Judged>& judged) {
    if (!settings.backend.empty()) return text("The settings choose ", settings.backend, ".\n");
    const backend::Judged* chosen = backend::chosen(judged, settings);
    if (chosen != nullptr) return text("Containers get ", chosen->id, ".\n");
    return "No backend fits this machine.\n";
}

}  // namespace

int detect(const Global& global) {
    const Settings& settings = global.settings;
    const auto judged = backend::judge_all(settings);
    std::vector<Row> rows{{"BACKEND", "NAME", "FITS", "FINDING"}};
    for (const auto& one : judged) {
        rows.push_back({one.id, one.name, one.present ? "yes" : "no", one.finding});
    }
    const std::string head =
        judged.empty() ? text("No backends in ", settings.backends_dir, ".\n") : table(rows);
    write_all(STDOUT_FILENO, head + choice(settings, judged), "write the backends");
    return 0;
}

}  // namespace phi::command
