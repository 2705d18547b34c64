// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/board/grant.hpp"
#include "core/container/store.hpp"

// The grants of all containers of this machine, of every --root, are the ledger: the free board is
// the board minus their union. There is no second file that could disagree.
namespace phi::container {

inline constexpr const char* grants_file = "grants.json";

// All grants that are held now. Exact only under the ledger lock.
std::vector<board::Held> held_grants(const Settings& settings);

// Under the ledger lock: places the request beside what is held and writes grants.json into the
// container's directory. When the board is full, clears away what dead owners left and tries once
// more.
board::Grant grant(const Settings& settings, const Container& container, const board::Board& board,
                   const board::Request& request);

// Under the ledger lock: what the container would hold if it had exactly these CPUs instead of its
// own, placed beside what all others hold. The old CPUs and the new ones are both on record as its
// own when this returns, so that nobody gets either of them before the move is settled.
board::Grant grant_cpus_too(const Settings& settings, const Container& container,
                            const board::Board& board, const std::vector<unsigned>& cpus);
// What the container holds, and its record made this: for a grant within the one on record.
board::Grant read_grant(const Container& container);
void settle_grant(const Container& container, const board::Grant& grant);

}  // namespace phi::container
