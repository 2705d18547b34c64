// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include "core/backend/backend.hpp"
#include "core/backend/judge.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/board.hpp"
#include "core/board/remaining.hpp"
#include "core/container/ledger.hpp"
#include "core/doctor/finding.hpp"
#include "core/fs/file.hpp"

namespace phi::doctor {
namespace {

Finding none_fits(const Settings& settings, const std::vector<backend::Judged>& judged) {
    std::vector<std::string> why;
    why.reserve(judged.size() + 1);
    for (const auto& one : judged) why.push_back(text(one.id, ": ", one.finding));
    if (judged.empty()) why.push_back("none is installed in " + settings.backends_dir);
    return {Level::wrong, "backend", "none fits this machine: " + join(why, "; "),
            "install the backend of this machine's hypervisor, or QEMU's"};
}

// As create does: the file, or else what the backend finds.
board::Board board_of(const Settings& settings, std::string& from) {
    const std::string file = read_file_if_there(AT_FDCWD, settings.board);
    if (!file.empty()) {
        from = settings.board;
        return board::parse_board(file, settings.board);
    }
    const auto backend = backend::Backend::select(settings);
    from = "found by the backend " + backend->id();
    return board::parse_board(backend->inventory(), "the board that was found");
}

}  // namespace

Findings look_at_backends(const Settings& settings) {
    const auto judged = backend::judge_all(settings);
    const backend::Judged* chosen = backend::chosen(judged, settings);
    if (chosen == nullptr && !settings.backend.empty()) {
        return {{Level::wrong, "backend",
                 text("the settings name ", settings.backend, ", which is not installed in ",
                      settings.backends_dir),
                 "install it, or name another"}};
    }
    if (chosen == nullptr) return {none_fits(settings, judged)};
    if (!chosen->present) {
        return {{Level::wrong, "backend",
                 text("the settings name ", chosen->id,
                      ", which does not fit this machine: ", chosen->finding),
                 "start the hypervisor, or name another backend"}};
    }
    return {{Level::ok, "backend", text(chosen->id, ", ", chosen->finding), {}}};
}

Finding look_at_board(const Settings& settings) {
    try {
        std::string from;
        const board::Board board = board_of(settings, from);
        const board::Board free = board::remaining(board, container::held_grants(settings));
        std::uint64_t memory = 0;
        for (const auto& pool : free.memory) memory += pool.size;
        return {Level::ok,
                "board",
                text(quoted(board.name), ", ", from, "; free: ", free.cpus.size(), " of ",
                     board.cpus.size(), " CPUs, ", format_bytes(memory >> 20 << 20)),
                {}};
    } catch (const Error& error) {
        return {Level::wrong, "board", error.message(), error.hint()};
    }
}

}  // namespace phi::doctor
