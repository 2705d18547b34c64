// SPDX-License-Identifier: Apache-2.0
#include "detect/detect.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/fs/file.hpp"

namespace phi::command {
namespace {

using Row = std::array<std::string, 4>;

struct Judged {
    Row row;
    bool present = false;
};

// The hints say whether it can fit, the backend's own probe whether it does.
Judged judge(const detect::Candidate& candidate, const Settings& settings) {
    const auto& manifest = candidate.manifest;
    Judged result{{manifest.id, manifest.name, "no", candidate.finding}, false};
    if (!candidate.fits) return result;
    try {
        const auto backend = backend::Backend::load(manifest.id, settings);
        const auto& probe = backend->probe();
        result.present = probe.present;
        result.row[2] = probe.present ? "yes" : "no";
        result.row[3] = probe.reason;
        if (!probe.version.empty()) result.row[3] = text(probe.version, ": ", probe.reason);
    } catch (const Error& error) {
        result.row[3] = error.message();
    }
    return result;
}

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

// What create would take.
std::string chosen(const Settings& settings, const std::vector<Judged>& judged) {
    if (!settings.backend.empty()) return text("The settings choose ", settings.backend, ".\n");
    for (const auto& candidate : judged)
        if (candidate.present) return text("Containers get ", candidate.row[0], ".\n");
    return "No backend fits this machine.\n";
}

}  // namespace

int detect(const Global& global) {
    const Settings& settings = global.settings;
    std::vector<Judged> judged;
    for (const auto& candidate : detect::survey(settings.backends_dir))
        judged.push_back(judge(candidate, settings));
    std::vector<Row> rows{{"BACKEND", "NAME", "FITS", "FINDING"}};
    for (const auto& candidate : judged) rows.push_back(candidate.row);
    const std::string head =
        judged.empty() ? text("No backends in ", settings.backends_dir, ".\n") : table(rows);
    write_all(STDOUT_FILENO, head + chosen(settings, judged), "write the backends");
    return 0;
}

}  // namespace phi::command
