// SPDX-License-Identifier: Apache-2.0
#include "filter.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace runphi::jailhouse {

namespace {

// What the hypervisor prints in the course of its work (hypervisor/control.c, paging.c, pci.c,
// ivshmem.c, arch/*/control.c).
struct Line {
    std::string_view begin, contains;
};
constexpr Line lines[] = {
    {"Created cell \"", "\""},
    {"Started cell \"", "\""},
    {"Closing cell \"", "\""},
    {"Cell \"", "\" can be loaded"},
    {"Page pool usage ", ": mem "},
    {"Adding virtual PCI device ", " to cell \""},
    {"Adding PCI device ", " to cell \""},
    {"Removing PCI device ", " from cell \""},
    {"Shared memory connection established", ", peer cells:"},
    {"Assigning SID 0x", " to cell \""},
    {"WARN: unknown SGI received ", ""},
    {"CPU ", " received SIPI, vector "},
    {"CAT: ", " COS "},
};
constexpr std::string_view peers_begin = "Shared memory", peer_begin = " \"";

// How it begins to tell of a fault, and how the last line of that begins (panic_park, panic_stop).
constexpr std::string_view faults[] = {"FATAL: ", "Unhandled data ", "Unhandled HYP ",
                                       "Unhandled SMC "};
constexpr std::string_view fault_ends[] = {"\nParking CPU ", "\nStopping CPU "};

constexpr std::string_view exit_begin = "runphi: exit ";

constexpr std::size_t longest_line = 256, longest_fault = 4096, longest_exit = 32, tail_size = 1024;

bool is_begun(std::string_view text, std::string_view begin) {
    return text.size() < begin.size() && begin.starts_with(text);
}

// "7", with a carriage return behind it or not.
std::optional<int> status_of(std::string_view text) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    int value = 0;
    const auto end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    const bool number = parsed.ec == std::errc() && parsed.ptr == end && value >= 0;
    return number && value <= 255 ? std::optional(value) : std::nullopt;
}

}  // namespace

void ConsoleFilter::feed(std::string_view bytes, std::string& text) {
    for (const char byte : bytes) {
        if (exit_status_) return;
        held_ += byte;
        settle(text, judge());
    }
}

void ConsoleFilter::flush(std::string& text) {
    while (!held_.empty() && !exit_status_) settle(text, Verdict::text);
}

void ConsoleFilter::settle(std::string& text, Verdict verdict) {
    while (verdict != Verdict::undecided) {
        if (verdict == Verdict::text) {
            give(text, held_.front());
            held_.erase(0, 1);
        } else {
            const std::string line = held_.substr(0, held_.find('\n'));
            peers_ = held_.starts_with(peers_begin) || (peers_ && held_.starts_with(peer_begin));
            const bool ours = held_.find("(Cell: \"" + cell_ + "\")") != held_.npos;
            if (verdict == Verdict::fault && ours) fault_ = line;
            if (verdict == Verdict::exit) exit_status_ = status_of(line.substr(exit_begin.size()));
            held_.clear();
        }
        if (held_.empty()) return;
        verdict = judge();
    }
}

void ConsoleFilter::give(std::string& text, char byte) {
    text += byte;
    last_ = byte;
    peers_ = false;
    tail_ += byte;
    if (tail_.size() > 2 * tail_size) tail_.erase(0, tail_.size() - tail_size);
}

ConsoleFilter::Verdict ConsoleFilter::judge() const {
    const std::string_view held = held_;
    bool begun = false;
    const auto look = [&](std::string_view begin) {
        begun = begun || is_begun(held, begin);
        return held.starts_with(begin);
    };
    for (const Line& line : lines) {
        if (look(line.begin)) return judge_line(line.contains);
    }
    if (peers_ && look(peer_begin)) return judge_line("\"");
    for (const std::string_view fault : faults) {
        if (look(fault)) return judge_fault();
    }
    if (line_begins() && look(exit_begin)) return judge_exit();
    return begun ? Verdict::undecided : Verdict::text;
}

ConsoleFilter::Verdict ConsoleFilter::judge_line(std::string_view contains) const {
    if (held_.back() != '\n') {
        return held_.size() < longest_line ? Verdict::undecided : Verdict::text;
    }
    return held_.find(contains) != std::string::npos ? Verdict::hypervisor : Verdict::text;
}

ConsoleFilter::Verdict ConsoleFilter::judge_fault() const {
    if (held_.size() >= longest_fault) return Verdict::text;
    if (held_.back() != '\n') return Verdict::undecided;
    const auto ends = [this](std::string_view end) { return held_.find(end) != held_.npos; };
    return std::any_of(std::begin(fault_ends), std::end(fault_ends), ends) ? Verdict::fault
                                                                           : Verdict::undecided;
}

ConsoleFilter::Verdict ConsoleFilter::judge_exit() const {
    if (held_.back() != '\n') {
        return held_.size() < longest_exit ? Verdict::undecided : Verdict::text;
    }
    const std::string_view number(held_.data() + exit_begin.size(),
                                  held_.size() - exit_begin.size() - 1);
    return status_of(number) ? Verdict::exit : Verdict::text;
}

}  // namespace runphi::jailhouse
