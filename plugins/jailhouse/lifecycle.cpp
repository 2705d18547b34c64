// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "channel/launch.hpp"
#include "driver/lock.hpp"
#include "firmware.hpp"
#include "node.hpp"
#include "partition.hpp"
#include "records.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

void JailhouseBackend::start(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    const DriverLock lock(host.cache_dir(), settings.timeout_ms);
    const Node node = Node::read(settings);
    const auto cell = find_cell(host, node.tree, partition);
    if (!cell) throw Error(Code::not_found, "there is no cell \"" + partition.name + "\"");
    // Until it runs, one that is shut down has not ended. One that ends at once, or whose starter
    // dies, has begun, too.
    const Records records(host);
    records.set_begin(partition.name, Records::Begin::starting);
    node.driver(settings).start(cell->id);
    records.set_begin(partition.name, Records::Begin::begun);
}

// Linux is asked by its agent. An inmate would have to answer messages in the communication region,
// and one that does not holds up the whole root cell: none is asked anything.
void JailhouseBackend::stop(const sdk::Host&, const sdk::Partition& partition) {
    throw Error(Code::unsupported, "cell \"" + partition.name +
                                       "\" cannot be asked to shut down: it takes no messages");
}

void JailhouseBackend::kill(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    const DriverLock lock(host.cache_dir(), settings.timeout_ms);
    const Node node = Node::read(settings);
    const auto cell = find_cell(host, node.tree, partition);
    if (!cell) return;
    const bool runs = cell->state == CellState::running || cell->state == CellState::locked;
    Records(host).set_begin(partition.name, Records::Begin::begun);
    if (runs) node.driver(settings).shut_down(cell->id);
}

// Where Jailhouse is off, or its driver is gone, there are no cells any more.
void JailhouseBackend::destroy(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    const DriverLock lock(host.cache_dir(), settings.timeout_ms);
    try {
        const Node node = Node::read(settings);
        if (const auto cell = find_cell(host, node.tree, partition)) {
            node.driver(settings).destroy(cell->id);
        }
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
    }
    // Before the memory is somebody else's.
    end_relay(host, partition);
    remove_firmware(settings, partition.name);
    Records(host).remove(partition.name);
}

}  // namespace runphi::jailhouse
