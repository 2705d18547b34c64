// SPDX-License-Identifier: Apache-2.0
#include "table.hpp"

#include <cstdio>

#include "core/base/text.hpp"

namespace phi::bench {

namespace {

std::string fixed(double value) {
    char digits[32];
    const char* format = value < 0.1 ? "%.4f" : value < 100 ? "%.2f" : "%.0f";
    std::snprintf(digits, sizeof digits, format, value);
    return digits;
}

// A message in a cell: one line, and no bar that would end it.
std::string cell(std::string words) {
    for (char& c : words) {
        if (c == '|' || c == '\n') c = ' ';
    }
    return words;
}

}  // namespace

void Table::add_row(const std::vector<std::string>& cells) {
    std::string row = "|";
    for (const auto& one : cells) row += text(" ", cell(one), " |");
    rows_.push_back(row);
}

std::string Table::judge(const Contestant& ours, const Contestant& other,
                         const std::vector<Limit>& limits) {
    for (const auto& limit : limits) {
        if (limit.against != other.name) continue;
        const bool measured = !ours.samples.values.empty() && !other.samples.values.empty();
        // Where the other is not to be had there is nothing to compare; where we fail, it is ours.
        if (!measured && ours.absent.empty()) return text(limit.words, ": not measured");
        const bool kept = measured && ours.absent.empty() &&
                          ours.samples.median() <= limit.most * other.samples.median();
        if (!kept) ++missed_;
        return text(limit.words, kept ? ": kept" : ": **missed**");
    }
    return "";
}

void Table::add(const std::string& title, const std::vector<Contestant>& contestants,
                const std::vector<Limit>& limits) {
    const Contestant& ours = contestants.front();
    for (const auto& one : contestants) {
        const std::string verdict = judge(ours, one, limits);
        if (one.samples.values.empty()) {
            add_row({title, text(one.name, ": ", one.absent), "", "", "", "", verdict});
            continue;
        }
        const bool compared = &one != &ours && !ours.samples.values.empty();
        add_row({title, one.name, fixed(one.samples.median()), fixed(one.samples.least()),
                 compared ? fixed(ours.samples.median() / one.samples.median()) : "",
                 compared ? fixed(ours.samples.least() / one.samples.least()) : "", verdict});
    }
}

void Table::add_figure(const std::string& title, const std::string& name, double value,
                       const std::string& unit, std::optional<double> most) {
    std::string verdict;
    if (most) {
        const bool kept = value <= *most;
        if (!kept) ++missed_;
        verdict = text("at most ", fixed(*most), " ", unit, kept ? ": kept" : ": **missed**");
    }
    add_row({title, name, text(fixed(value), " ", unit), "", "", "", verdict});
}

void Table::add_missing(const std::string& title, const std::string& name, const std::string& why,
                        bool required) {
    if (required) ++missed_;
    add_row({title, text(name, ": ", why), "", "", "", "",
             required ? "**missed**: not measured" : "not measured"});
}

void Table::print() const {
    std::puts(
        "| measured | who | median, ms | least, ms | runphi's median to it | runphi's least |"
        " required |");
    std::puts("|---|---|---|---|---|---|---|");
    for (const auto& row : rows_) std::puts(row.c_str());
}

}  // namespace phi::bench
