// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "firmware.hpp"
#include "node.hpp"
#include "partition.hpp"
#include "records.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

void JailhouseBackend::start(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    const Node node = Node::read(settings);
    const auto cell = find_cell(host, node.tree, partition);
    if (!cell) throw Error(Code::not_found, "there is no cell \"" + partition.name + "\"");
    // Before: a cell that ends at once has begun, too.
    Records(host).set_begun(partition.name);
    node.driver(settings).start(cell->id);
}

void JailhouseBackend::kill(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    const Node node = Node::read(settings);
    const auto cell = find_cell(host, node.tree, partition);
    if (!cell) return;
    const bool runs = cell->state == CellState::running || cell->state == CellState::locked;
    Records(host).set_begun(partition.name);
    if (runs) node.driver(settings).shut_down(cell->id);
}

// Where Jailhouse is off, or its driver is gone, there are no cells any more.
void JailhouseBackend::destroy(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    try {
        const Node node = Node::read(settings);
        if (const auto cell = find_cell(host, node.tree, partition)) {
            node.driver(settings).destroy(cell->id);
        }
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
    }
    remove_firmware(settings, partition.name);
    Records(host).remove(partition.name);
}

}  // namespace runphi::jailhouse
