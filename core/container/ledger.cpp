// SPDX-License-Identifier: Apache-2.0
#include "core/container/ledger.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <memory>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/fs/lock.hpp"

namespace phi::container {

namespace {

void collect(const std::string& store_dir, std::vector<board::Held>& held) {
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(store_dir.c_str()), ::closedir);
    if (!dir) return;
    while (const dirent* entry = ::readdir(dir.get())) {
        const std::string id = entry->d_name;
        if (id[0] == '@' || id == "." || id == "..") continue;
        const std::string name = id + "/" + grants_file;
        const std::string grants = read_file_if_there(::dirfd(dir.get()), name);
        if (!grants.empty())
            held.push_back({id, board::parse_grant(grants, text(store_dir, "/", name))});
    }
}

board::Grant place_and_record(const Settings& settings, const Container& container,
                              const board::Board& board, const board::Request& request) {
    const UniqueFd state_dir = open_directory(settings.state_dir);
    const Lock lock = Lock::take(state_dir.get(), "@ledger.lock", "the ledger of grants",
                                 Deadline::in(std::chrono::seconds(60)));
    board::Grant grant = board::place(board, held_grants(settings), request);
    write_atomic(container.dir_fd.get(), grants_file, board::write_grant(grant));
    return grant;
}

}  // namespace

std::vector<board::Held> held_grants(const Settings& settings) {
    std::vector<board::Held> held;
    for (const auto& dir : all_store_dirs(settings)) collect(dir, held);
    return held;
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

}  // namespace phi::container
