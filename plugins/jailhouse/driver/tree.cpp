// SPDX-License-Identifier: Apache-2.0
#include "tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr unsigned highest_number = 65535;

// The text of a file without its last newline; nullopt if it cannot be read.
std::optional<std::string> read_text(const std::string& path) {
    const sdk::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text(16384, '\0');
    const ssize_t got = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    if (got < 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(got));
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

std::optional<unsigned> parse_number(std::string_view digits) {
    unsigned number = 0;
    const char* end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || at != end || number > highest_number) return std::nullopt;
    return number;
}

CellState state_of(const std::string& text) {
    if (text == "running") return CellState::running;
    if (text == "running/locked") return CellState::locked;
    if (text == "shut down") return CellState::shut_down;
    if (text == "failed") return CellState::failed;
    return CellState::other;
}

Numbers read_list(const std::string& path) {
    const auto text = read_text(path);
    if (!text) return {};
    auto list = parse_list(*text);
    if (!list) throw Error(Code::hypervisor, path + ": \"" + *text + "\" is no list of CPUs");
    return *list;
}

std::vector<int> cell_ids(const std::string& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), &::closedir);
    std::vector<int> out;
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        if (const auto id = parse_number(entry->d_name)) out.push_back(static_cast<int>(*id));
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

std::string label_of(const CellStatus& cell) {
    return "cell \"" + cell.name + "\" (" + std::to_string(cell.id) + ")";
}

std::optional<Numbers> parse_list(const std::string& text) {
    Numbers out;
    if (text.empty()) return out;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view part = std::string_view(text).substr(begin, end - begin);
        const std::size_t dash = part.find('-');
        const auto first = parse_number(part.substr(0, dash));
        const auto last = dash == part.npos ? first : parse_number(part.substr(dash + 1));
        if (!first || !last || *last < *first) return std::nullopt;
        if (!out.empty() && *first <= out.back()) return std::nullopt;
        for (unsigned number = *first; number <= *last; ++number) out.push_back(number);
        begin = end + 1;
    }
    return out;
}

bool Tree::enabled() const {
    const auto text = read_text(root_ + "/enabled");
    if (!text) {
        throw Error(Code::not_found,
                    root_ +
                        "/enabled cannot be read: there is no driver of "
                        "Jailhouse",
                    "load the kernel module jailhouse");
    }
    return *text == "1";
}

std::vector<CellStatus> Tree::cells() const {
    std::vector<CellStatus> out;
    for (const int id : cell_ids(root_ + "/cells")) {
        if (auto one = cell(id)) out.push_back(std::move(*one));
    }
    return out;
}

std::optional<CellStatus> Tree::cell(int id) const {
    const std::string folder = root_ + "/cells/" + std::to_string(id) + "/";
    const auto name = read_text(folder + "name");
    const auto state = read_text(folder + "state");
    if (!name || !state) return std::nullopt;
    return CellStatus{id,
                      *name,
                      state_of(*state),
                      *state,
                      read_list(folder + "cpus_assigned_list"),
                      read_list(folder + "cpus_failed_list")};
}

std::optional<CellStatus> Tree::cell(const std::string& name) const {
    for (CellStatus& one : cells()) {
        if (one.name == name) return std::move(one);
    }
    return std::nullopt;
}

std::map<std::string, std::uint64_t> Tree::exits(int id) const {
    constexpr std::string_view prefix = "vmexits_";
    const std::string folder = root_ + "/cells/" + std::to_string(id) + "/statistics";
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), &::closedir);
    std::map<std::string, std::uint64_t> out;
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        if (!name.starts_with(prefix)) continue;
        const auto text = read_text(folder + "/" + entry->d_name);
        std::uint64_t count = 0;
        if (!text ||
            std::from_chars(text->data(), text->data() + text->size(), count).ec != std::errc()) {
            continue;  // the cell has gone meanwhile
        }
        out.emplace(name.substr(prefix.size()), count);
    }
    return out;
}

bool Tree::fits(Layout layout) const {
    const bool rcpus = exists(root_ + "/cells/0/rcpus_assigned");
    const bool fpga = exists(root_ + "/cells/0/fpga_regions_assigned");
    return rcpus == facts_of(layout).has_rcpus && fpga == (layout == Layout::omnivisor);
}

}  // namespace runphi::jailhouse
