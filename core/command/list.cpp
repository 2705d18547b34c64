// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/command/vanilla.hpp"
#include "core/container/store.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

namespace {

// One container, of either kind: its row of the table, and its object as whoever runs it wrote it.
struct Entry {
    using Row = std::array<std::string, 6>;
    Row row;
    std::string json;

    const std::string& id() const { return row[0]; }
};

std::vector<Entry> partitions(const Global& global) {
    const container::Store store(global.settings, global.root);
    std::vector<Entry> entries;
    for (const auto& id : store.ids()) {
        try {
            const oci::State state = container::oci_state(store.open(id), global.settings);
            entries.push_back({{state.id, std::to_string(state.pid), state.status, state.bundle,
                                state.created, state.owner},
                               oci::list_entry(state)});
        } catch (const Error& error) {
            // Deleted meanwhile, or half-made: one container must not hide all others.
            log::debug("list: " + id + ": " + error.message());
        }
    }
    return entries;
}

Entry parse_entry(const json::Node& node) {
    const auto word = [&](const char* name) { return node.opt_string(name).value_or(""); };
    return {{node.at("id").as_string(), std::to_string(node.at("pid").as_i64()), word("status"),
             word("bundle"), word("created"), word("owner")},
            json::write(node.value())};
}

// What the vanilla runc lists under the same root.
std::vector<Entry> ordinary_containers(const Global& global) {
    std::vector<Entry> entries;
    if (!vanilla_has_any(global.root)) return entries;
    std::vector<std::string> words{"list", "--format", "json"};
    if (!global.root.empty()) words.insert(words.begin(), {"--root", global.root});
    const auto said = ask_vanilla(global.settings, words);
    if (!said) return entries;
    try {
        const json::Document document = json::parse(*said, "runc's list");
        if (document.IsNull()) return entries;
        json::Node(document, "runc's list").each([&](const json::Node& node) {
            entries.push_back(parse_entry(node));
        });
    } catch (const Error& error) {
        log::debug("list: " + error.message());
    }
    return entries;
}

// runc's columns are as wide as characters, not bytes.
std::size_t width_of(const std::string& cell) {
    return static_cast<std::size_t>(
        std::count_if(cell.begin(), cell.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

// At least 12 wide, three spaces between.
std::string table(const std::vector<Entry>& entries) {
    std::vector<Entry::Row> rows{{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
    for (const auto& entry : entries) rows.push_back(entry.row);
    std::array<std::size_t, 6> width{};
    for (const auto& row : rows)
        for (std::size_t column = 0; column < row.size(); ++column)
            width[column] = std::max({width[column], width_of(row[column]) + 3, std::size_t{12}});
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t column = 0; column + 1 < row.size(); ++column)
            out += row[column] + std::string(width[column] - width_of(row[column]), ' ');
        out += row.back() + "\n";
    }
    return out;
}

std::string document(const std::vector<Entry>& entries) {
    if (entries.empty()) return "null\n";
    std::vector<std::string> objects;
    objects.reserve(entries.size());
    for (const auto& entry : entries) objects.push_back(entry.json);
    return text('[', join(objects, ","), "]\n");
}

}  // namespace

int list(const Global& global, const List& options) {
    std::vector<Entry> entries = partitions(global);
    for (auto& entry : ordinary_containers(global)) entries.push_back(std::move(entry));
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.id() < b.id(); });
    std::string out;
    if (options.quiet) {
        for (const auto& entry : entries) out += entry.id() + "\n";
    } else if (options.format == List::Format::json) {
        out = document(entries);
    } else {
        out = table(entries);
    }
    write_all(STDOUT_FILENO, out, "write the list");
    return 0;
}

}  // namespace phi::command
