// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "process.hpp"
#include "settings.hpp"

// The files that a guest shares with the host: one virtiofsd serves the plan's tree to QEMU.
namespace runphi::qemu {

inline constexpr const char* no_virtiofsd =
    "no virtiofsd, which shares files (Debian's package qemu-system-common, or virtiofsd)";

// The one of the settings, else of the usual places; empty if there is none. There are two: QEMU's
// own in C, up to QEMU 7.2, and its successor in Rust. The options used here are those of both.
std::string find_virtiofsd(const Settings& settings);

// What the plan says under parts.dev, if it shares anything.
struct SharePart {
    std::string virtiofsd;  // absolute
    std::string tag, dir;   // of plan.shares
};
// Throws Error(unsupported) for a tree that virtiofsd cannot be told of.
std::string share_part(const sdk::Host& host, const sdk::Plan& plan);
std::optional<SharePart> read_share(const sdk::Plan& plan);

// virtiofsd's arguments. Pure. `files_max`: how many files of the host it may hold open; it holds
// one for each that the guest's caches know.
std::vector<std::string> share_command(const SharePart& part, std::uint64_t files_max);

struct Share {
    ProcessId process;         // it forks once more, into its sandbox
    sdk::UniqueFd connection;  // for QEMU
};
// Starts it. Its socket is connected before it runs and has no name any more when this returns.
//
// What it says goes into a FIFO of the partition's directory, which it holds open by itself: what
// does not fit is dropped, so that a guest that makes it complain fills no disk, and it never waits
// for a reader. `cat virtiofsd.log` shows it while it runs.
Share start_share(const sdk::Host& host, const sdk::Partition& partition, const SharePart& part);

// What it has said, one line, for an error's message; empty: nothing.
std::string share_words(int dir_fd);

}  // namespace runphi::qemu
