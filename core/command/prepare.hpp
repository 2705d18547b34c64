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

// All that can be known of a container before anything has an effect: what create and plan share.
struct Prepared {
    Settings settings;
    Bundle bundle;
    std::unique_ptr<backend::Backend> backend;
    board::Board board;
    boot::Choice choice;  // with the initramfs of a Linux guest packed
    board::Request request;
    plan::NetworkMode network;
    std::vector<boot::SharedBind> shared;        // what a Linux guest shares with the host
    std::vector<boot::EngineFile> engine_files;  // of a Linux guest
};

Prepared prepare(const Settings& settings, const std::string& bundle_path);

// The board file of the node; nullopt where there is none.
std::optional<board::Board> read_board_file(const Settings& settings);
// What the backend finds on this machine.
board::Board discover_board(const backend::Backend& backend);

}  // namespace phi::command
