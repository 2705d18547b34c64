// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "design.hpp"
#include "discover/others.hpp"
#include "managers.hpp"
#include "node.hpp"

namespace runphi::jailhouse {

// The whole plan is there: what would be made is made, but for the cell.
std::string JailhouseBackend::end(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    const Node node = Node::read(settings);
    const sdk::Plan plan(in.plan);
    const Cell cell = design_cell(plan, node.system);
    require_sound(node.system, node.layout, cell, configs_of_others(node, settings));
    CellImages loaded(memory_of(plan).pieces);
    add_images(loaded, plan, in.images, node, cell);
    return {};
}

}  // namespace runphi::jailhouse
