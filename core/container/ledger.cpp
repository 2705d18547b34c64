// SPDX-License-Identifier: Apache-2.0
#include "core/container/ledger.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/board/place_parts.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/fs/lock.hpp"

namespace phi::container {

namespace {

// Of all but the container in `except`.
void collect(const std::string& store_dir, const std::string& except,
             std::vector<board::Held>& held) {
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(store_dir.c_str()), ::closedir);
    if (!dir) return;
    while (const dirent* entry = ::readdir(dir.get())) {
        const std::string id = entry->d_name;
        if (id[0] == '@' || id == "." || id == "..") continue;
        if (text(store_dir, "/", id) == except) continue;
        const std::string name = id + "/" + grants_file;
        const std::string grants = read_file_if_there(::dirfd(dir.get()), name);
        if (!grants.empty())
            held.push_back({id, board::parse_grant(grants, text(store_dir, "/", name))});
    }
}

std::vector<board::Held> held_but_by(const std::string& except, const Settings& settings) {
    std::vector<board::Held> held;
    for (const auto& dir : all_store_dirs(settings)) collect(dir, except, held);
    return held;
}

Lock lock_ledger(const Settings& settings) {
    const UniqueFd state_dir = open_directory(settings.state_dir);
    return Lock::take(state_dir.get(), "@ledger.lock", "the ledger of grants",
                      Deadline::in(std::chrono::seconds(60)));
}

board::Grant place_and_record(const Settings& settings, const Container& container,
                              const board::Board& board, const board::Request& request) {
    const Lock lock = lock_ledger(settings);
    board::Grant grant = board::place(board, held_grants(settings), request);
    settle_grant(container, grant);
    return grant;
}

}  // namespace

std::vector<board::Held> held_grants(const Settings& settings) {
    return held_but_by({}, settings);
}

board::Grant grant(const Settings& settings, const Container& container, const board::Board& board,
                   const board::Request& request) {
    try {
        return place_and_record(settings, container, board, request);
    } catch (const Error& full) {
        if (full.code() != Code::no_resource) throw;
        const auto recovered = recover_all(settings);
        if (recovered.empty()) throw;
        for (const auto& one : recovered) log::info(one.dir + ": " + one.what);
    }
    return place_and_record(settings, container, board, request);
}

board::Grant read_grant(const Container& container) {
    return board::parse_grant(container.read(grants_file), text(container.dir, "/", grants_file));
}

void settle_grant(const Container& container, const board::Grant& grant) {
    write_atomic(container.dir_fd.get(), grants_file, board::write_grant(grant));
}

board::Grant grant_cpus_too(const Settings& settings, const Container& container,
                            const board::Board& board, const std::vector<unsigned>& cpus) {
    const Lock lock = lock_ledger(settings);
    const board::Grant before = read_grant(container);
    board::Request request;
    request.cpu_count = before.cpu_count;
    request.cpu_list = cpus;
    board::Grant after = before;
    board::place_cpus(board, held_but_by(container.dir, settings), request, after);
    board::Grant both = after;
    both.cpus.clear();
    std::set_union(before.cpus.begin(), before.cpus.end(), after.cpus.begin(), after.cpus.end(),
                   std::back_inserter(both.cpus));
    both.cpu_count = before.cpu_count;
    settle_grant(container, both);
    return after;
}

}  // namespace phi::container
