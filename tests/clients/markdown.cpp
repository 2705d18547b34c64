// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/text.hpp"
#include "matrix.hpp"

namespace phi::test {

namespace {

constexpr Kind shown_kinds[] = {forwarded, guest, inmate};

// The differences that some cell shows, in the order of their numbers.
using Notes = std::vector<std::string>;

std::string number_of(Notes& notes, const std::string& reason) {
    auto at = std::find(notes.begin(), notes.end(), reason);
    if (at == notes.end()) at = notes.insert(notes.end(), reason);
    return text("(", at - notes.begin() + 1, ")");
}

std::string cell(const Row& row, ClientId client, Kind kind, Notes& notes) {
    if ((row.clients & client) == 0 || (row.kinds & kind) == 0) return "–";
    const Difference* known = difference(client, row.title, kind);
    return known == nullptr ? "ok" : number_of(notes, known->reason);
}

}  // namespace

std::string matrix_markdown(const std::vector<ClientId>& clients) {
    std::string out = "| operation |";
    std::string line = "|---|";
    for (const ClientId client : clients) {
        for (const Kind kind : shown_kinds) {
            out += text(" ", name_of(client), ", ", name_of(kind), " |");
            line += "---|";
        }
    }
    out += "\n" + line + "\n";
    Notes notes;
    for (const Row& row : rows()) {
        const auto has = [&row](ClientId client) { return (row.clients & client) != 0; };
        if (std::none_of(clients.begin(), clients.end(), has)) continue;
        out += text("| ", row.title, " |");
        for (const ClientId client : clients) {
            for (const Kind kind : shown_kinds) {
                out += text(" ", cell(row, client, kind, notes), " |");
            }
        }
        out += "\n";
    }
    out += "\n";
    for (std::size_t i = 0; i < notes.size(); ++i) out += text(i + 1, ". ", notes[i], "\n");
    return out;
}

}  // namespace phi::test
