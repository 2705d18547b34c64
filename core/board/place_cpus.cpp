// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/holders.hpp"
#include "core/board/place_parts.hpp"

namespace phi::board {

namespace {

std::string cpus_asked(std::size_t count) {
    return text(count, count == 1 ? " CPU" : " CPUs", " asked for");
}

std::string cpus_asked(const std::vector<unsigned>& list) {
    return text(list.size() == 1 ? "CPU " : "CPUs ", format_cpu_list(list), " asked for");
}

std::vector<unsigned> sorted_set(std::vector<unsigned> cpus) {
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return cpus;
}

// Those of `cpus` that are in `others`; both sorted.
std::vector<unsigned> common(const std::vector<unsigned>& cpus,
                             const std::vector<unsigned>& others) {
    std::vector<unsigned> both;
    std::set_intersection(cpus.begin(), cpus.end(), others.begin(), others.end(),
                          std::back_inserter(both));
    return both;
}

std::vector<unsigned> without(const std::vector<unsigned>& cpus,
                              const std::vector<unsigned>& others) {
    std::vector<unsigned> left;
    std::set_difference(cpus.begin(), cpus.end(), others.begin(), others.end(),
                        std::back_inserter(left));
    return left;
}

std::vector<unsigned> all_held(const std::vector<Held>& held) {
    std::vector<unsigned> cpus;
    for (const auto& one : held) {
        cpus.insert(cpus.end(), one.grant.cpus.begin(), one.grant.cpus.end());
    }
    return sorted_set(std::move(cpus));
}

// Which of these CPUs belong to whom.
std::string holders_of(const std::vector<unsigned>& cpus, const std::vector<Held>& held) {
    Holders holders;
    for (const auto& one : held) {
        const auto theirs = common(sorted_set(one.grant.cpus), cpus);
        if (!theirs.empty()) holders.add(format_cpu_list(theirs), one.container);
    }
    return holders.text();
}

void check_on_board(const Board& board, const std::vector<unsigned>& list) {
    const auto missing = without(list, board.cpus);
    if (missing.empty()) return;
    throw Error(Code::invalid,
                text(cpus_asked(list), ", but board ", quoted(board.name), " has ",
                     board.cpus.empty() ? "none" : format_cpu_list(board.cpus), ", not ",
                     format_cpu_list(missing)),
                "name CPUs of the board in linux.resources.cpu.cpus, or leave it out");
}

// vCPUs on CPUs that all partitions share: only the number is bounded.
void place_shared(const Board& board, const std::vector<unsigned>& list, unsigned count,
                  Grant& grant) {
    if (count > board.cpus.size()) {
        throw Error(
            Code::no_resource,
            text(cpus_asked(count), ", board ", quoted(board.name), " has ", board.cpus.size()),
            "ask for fewer CPUs");
    }
    grant.cpus = list;
    grant.cpu_count = count;
}

void place_exclusive(const Board& board, const std::vector<Held>& held,
                     const std::vector<unsigned>& list, unsigned count, Grant& grant) {
    const auto taken = all_held(held);
    if (!list.empty()) {
        const auto busy = common(list, taken);
        if (!busy.empty()) {
            throw Error(Code::no_resource,
                        text(cpus_asked(list), ", not all free on board ", quoted(board.name),
                             holders_of(busy, held)),
                        make_room_hint);
        }
        grant.cpus = list;
    } else {
        const auto free = without(board.cpus, taken);
        if (free.size() < count) {
            throw Error(Code::no_resource,
                        text(cpus_asked(count), ", ", free.size(), " free on board ",
                             quoted(board.name), holders_of(board.cpus, held)),
                        make_room_hint);
        }
        grant.cpus.assign(free.begin(), free.begin() + count);
    }
    grant.cpu_count = static_cast<unsigned>(grant.cpus.size());
}

}  // namespace

void place_cpus(const Board& board, const std::vector<Held>& held, const Request& request,
                Grant& grant) {
    const auto list = sorted_set(request.cpu_list);
    if (request.cpu_count == 0)
        throw Error(Code::invalid, "0 CPUs asked for", "ask for at least 1");
    check_on_board(board, list);
    if (board.exclusive_cpus) {
        place_exclusive(board, held, list, request.cpu_count, grant);
    } else {
        place_shared(board, list, request.cpu_count, grant);
    }
}

}  // namespace phi::board
