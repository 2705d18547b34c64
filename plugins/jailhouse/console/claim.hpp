// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <vector>

#include "../format/model.hpp"

namespace runphi::jailhouse {

// The hypervisor's console has no marks of whose a character is, so one cell of ours has it at a
// time. Whoever holds the claim keeps it for as long as he lives.
//
// Takes the console for the cell if its design wants it, and nobody has it: neither a process that
// holds the claim, nor one of the `others`, living cells of ours that have outlived theirs. Else
// the cell loses its permission, and the log says so. Empty: the cell has no console.
//
// `wanted` is false for a cell that has a console of its own: it gets no permission either.
sdk::UniqueFd claim_console(const sdk::Host& host, Cell& cell, const std::vector<Cell>& others,
                            bool wanted);

}  // namespace runphi::jailhouse
