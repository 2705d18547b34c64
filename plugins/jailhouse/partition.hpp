// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>

#include "driver/tree.hpp"

// A partition and its cell.
namespace runphi::jailhouse {

std::string write_handle(int id, const std::string& name);
// The partition's cell, if it lives: by the id of the handle, if the name is that one's still; with
// an empty handle by its name, if that is one of ours.
std::optional<CellStatus> find_cell(const sdk::Host& host, const Tree& tree,
                                    const sdk::Partition& partition);

}  // namespace runphi::jailhouse
