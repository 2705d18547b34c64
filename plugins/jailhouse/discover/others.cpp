// SPDX-License-Identifier: Apache-2.0
#include "others.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>
#include <variant>

#include "../format/config_file.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

std::vector<Cell> configs_of_others(const Node& node, const Settings& settings) {
    std::vector<Cell> out;
    for (const std::string& path : settings.cells) {
        const ConfigFile file = read_config(path, {node.layout, node.system.arch});
        if (!std::holds_alternative<Cell>(file.model)) {
            throw Error(Code::invalid, path + ": a system's configuration, not a cell's",
                        "\"cells\" in backend_settings.jailhouse of runphi.json lists it");
        }
        out.push_back(std::get<Cell>(file.model));
    }
    return out;
}

Others others_of(const Node& node, const Settings& settings, const std::vector<CellStatus>& cells,
                 const std::vector<std::string>& ours) {
    Others out{{}, configs_of_others(node, settings)};
    for (const CellStatus& cell : cells) {
        if (cell.id == 0 || std::find(ours.begin(), ours.end(), cell.name) != ours.end()) continue;
        const bool known = std::any_of(out.configs.begin(), out.configs.end(),
                                       [&](const Cell& one) { return one.name == cell.name; });
        if (!known) {
            throw Error(Code::no_resource,
                        label_of(cell) + " is not one of ours, and nobody tells what memory it has",
                        "name its configuration in \"cells\" in backend_settings.jailhouse of "
                        "runphi.json, or write the board file by hand");
        }
        out.living.push_back(cell);
    }
    return out;
}

}  // namespace runphi::jailhouse
