// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include <runphi/sdk.hpp>
#include <variant>

#include "format/config_file.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* hint =
    "\"system\" in backend_settings.jailhouse of runphi.json names the configuration with which "
    "Jailhouse was enabled";

}  // namespace

Node Node::read(const Settings& settings) {
    const Tree tree(settings.sysfs);
    if (!tree.enabled()) throw Error(Code::not_found, "Jailhouse is not enabled");
    const ConfigFile file = read_config(settings.system);
    if (!std::holds_alternative<System>(file.model)) {
        throw Error(Code::invalid, settings.system + ": a cell's configuration, not the system's",
                    hint);
    }
    Node out{std::get<System>(file.model), file.layout, tree, settings.machine};
    const auto root = tree.cell(0);
    if (!root) throw Error(Code::hypervisor, settings.sysfs + ": there is no root cell");
    if (root->name != out.system.root_cell.name) {
        throw Error(Code::invalid,
                    settings.system + ": its root cell is \"" + out.system.root_cell.name +
                        "\", and the one that runs is \"" + root->name + "\"",
                    hint);
    }
    if (!tree.fits(file.layout)) {
        throw Error(Code::invalid,
                    settings.system + ": the layout " + std::string(to_string(file.layout)) +
                        ", and the driver that runs is of another tree",
                    hint);
    }
    return out;
}

Driver Node::driver(const Settings& settings) const {
    return {open_device(settings.device), tree, layout, settings.timeout_ms};
}

}  // namespace runphi::jailhouse
