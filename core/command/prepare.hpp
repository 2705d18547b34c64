// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/backend/backend.hpp"
#include "core/board/board.hpp"
#include "core/board/grant.hpp"
#include "core/boot/choice.hpp"
#include "core/boot/engine_file.hpp"
#include "core/boot/shared_bind.hpp"
#include "core/fs/rootfs.hpp"
#include "core/oci/spec.hpp"
#include "core/plan/network.hpp"
#include "core/settings/settings.hpp"

namespace phi::command {

struct Bundle {
    std::string dir;  // absolute
    UniqueFd fd;
    oci::Spec spec;
    Rootfs rootfs;
};

// Reads config.json and opens the root file system. Throws runc's words.
Bundle open_bundle(const std::string& path);

// What a container asks for and what it boots, for one board and one backend.
struct Wanted {
    Bundle bundle;
    boot::Choice choice;  // with the initramfs of a Linux guest packed
    board::Request request;
    plan::NetworkMode network;
    std::vector<boot::SharedBind> shared;        // what a Linux guest shares with the host
    std::vector<boot::EngineFile> engine_files;  // of a Linux guest
};

// All that can be known of a container before anything has an effect: what create and plan share.
struct Prepared : Wanted {
    Settings settings;
    std::unique_ptr<backend::Backend> backend;
    board::Board board;
};

Prepared prepare(const Settings& settings, const std::string& bundle_path);
// The same for a backend and a board that are there already.
Wanted prepare_for(const Settings& settings, const std::string& bundle_path,
                   backend::Backend& backend, const board::Board& board);

// Who a planned container is, and what it was granted.
struct Placed {
    std::string id;
    std::string partition;  // the hypervisor's name for it
    const board::Grant& grant;
    std::string dir;  // of the container
};
// Its plan, through all managers and the backend.
std::string plan_of(const Wanted& wanted, const Placed& placed, const Settings& settings,
                    const board::Board& board, const backend::Backend& backend);

// The board file of the node; nullopt where there is none.
std::optional<board::Board> read_board_file(const Settings& settings);
// What the backend finds on this machine.
board::Board discover_board(const backend::Backend& backend);

}  // namespace phi::command
