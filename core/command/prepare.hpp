// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/backend/backend.hpp"
#include "core/board/board.hpp"
#include "core/board/grant.hpp"
#include "core/boot/choice.hpp"
#include "core/fs/rootfs.hpp"
#include "core/oci/spec.hpp"
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
};

Prepared prepare(const std::string& bundle_path);

// The board file of the node, or what the backend finds where there is none.
board::Board load_board(const Settings& settings, const backend::Backend& backend);

}  // namespace phi::command
