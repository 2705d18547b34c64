// SPDX-License-Identifier: Apache-2.0
#include "core/live/processes.hpp"

#include <unistd.h>

#include <algorithm>

#include "core/base/capture.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

namespace {

std::string json_of(const std::vector<pid_t>& pids) {
    if (pids.empty()) return "null\n";
    std::vector<std::string> numbers;
    numbers.reserve(pids.size());
    for (const pid_t pid : pids) numbers.push_back(std::to_string(pid));
    return text('[', join(numbers, ","), "]\n");
}

std::vector<std::string_view> words_of(std::string_view line) {
    auto words = split(line, ' ');
    std::erase(words, std::string_view{});
    return words;
}

// What ps(1) prints, with these options; all of the machine's processes, usually.
std::string run_ps(const std::vector<std::string>& options) {
    SpawnRequest request;
    request.path = find_program("ps");
    if (request.path.empty())
        throw Error(Code::not_found, "exec: \"ps\": executable file not found in $PATH",
                    "install procps, or ask with --format json");
    request.argv = {"ps"};
    if (options.empty()) request.argv.emplace_back("-ef");
    request.argv.insert(request.argv.end(), options.begin(), options.end());
    request.env = own_environment();
    request.new_session = false;
    CaptureOptions limits;
    limits.merged = true;
    Captured ps = capture(request, limits);
    if (ps.status != 0) throw Error(Code::invalid, text("exit status ", ps.status, ": ", ps.out));
    return std::move(ps.out);
}

// The header of a table of ps(1), and the lines of these processes.
std::string rows_of(const std::string& table, const std::vector<pid_t>& pids) {
    const auto lines = split(table, '\n');
    const auto titles = words_of(lines.front());
    const auto column =
        static_cast<std::size_t>(std::find(titles.begin(), titles.end(), "PID") - titles.begin());
    if (column == titles.size()) throw Error(Code::invalid, "couldn't find PID field in ps output");
    std::string out = text(lines.front(), '\n');
    for (std::size_t at = 1; at < lines.size(); ++at) {
        if (lines[at].empty()) continue;
        const auto words = words_of(lines[at]);
        const auto pid = column < words.size() ? parse_u64(words[column]) : std::nullopt;
        if (!pid) throw Error(Code::invalid, text("unable to parse pid: line ", quoted(lines[at])));
        if (std::binary_search(pids.begin(), pids.end(), static_cast<pid_t>(*pid)))
            out += text(lines[at], '\n');
    }
    return out;
}

}  // namespace

int ps(const Global& global, const Ps& options) {
    const container::Store store(global.settings, global.root);
    const auto pids = live::processes(store.open(options.id));
    if (options.format != "table" && options.format != "json")
        throw Error(Code::invalid, "invalid format option",
                    text("found ", quoted(options.format), ", expected table or json"));
    const std::string out =
        options.format == "json" ? json_of(pids) : rows_of(run_ps(options.ps_options), pids);
    write_all(STDOUT_FILENO, out, "write the processes");
    return 0;
}

}  // namespace phi::command
