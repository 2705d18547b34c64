// SPDX-License-Identifier: Apache-2.0
#include <runphi/sdk.hpp>

#include "../common/files.hpp"
#include "backend.hpp"
#include "channel/launch.hpp"
#include "channel/memory.hpp"
#include "console/claim.hpp"
#include "design.hpp"
#include "discover/others.hpp"
#include "driver/lock.hpp"
#include "firmware.hpp"
#include "format/c_source.hpp"
#include "format/detect.hpp"
#include "format/read.hpp"
#include "format/write.hpp"
#include "managers.hpp"
#include "node.hpp"
#include "partition.hpp"
#include "records.hpp"

namespace runphi::jailhouse {

using common::write_file;

namespace {

// Our cells that live, and those of others that the settings tell of.
std::vector<Cell> living_cells(const Records& records, const Node& node, const Settings& settings) {
    std::vector<Cell> out = configs_of_others(node, settings);
    for (const std::string& name : records.names()) {
        if (!node.tree.cell(name)) continue;
        const std::string bytes = records.config(name);
        if (!bytes.empty()) out.push_back(read_cell(bytes, node.layout, "record of " + name));
    }
    return out;
}

// A cell of this name from a create that died half-way.
void remove_half_made(const sdk::Host& host, const sdk::Partition& partition, const Node& node,
                      Driver& driver) {
    if (const auto left = find_cell(host, node.tree, partition)) driver.destroy(left->id);
    end_relay(host, partition);
}

}  // namespace

std::string JailhouseBackend::create(const sdk::Host& host, const sdk::Partition& partition,
                                     const std::vector<sdk::Image>& images) {
    const Settings settings = Settings::parse(host.settings());
    const DriverLock lock(host.cache_dir(), settings.timeout_ms);
    const Node node = Node::read(settings);
    const sdk::Plan plan(partition.plan);
    Cell cell = design_cell(plan, node.system);
    CellImages loaded(memory_of(plan).pieces);
    add_images(loaded, plan, images, node, cell);
    const Records records(host);
    Driver driver = node.driver(settings);
    remove_half_made(host, partition, node, driver);
    const std::vector<Cell> others = living_cells(records, node, settings);
    const sdk::UniqueFd console = claim_console(host, cell, others, !channel_address(plan));
    const std::string config = write_cell(cell, node.layout);
    require_sound(node.system, node.layout, cell, others);

    write_file(partition.dir + "/" + plan.id + ".cell", config);
    write_file(partition.dir + "/" + plan.id + ".c", c_source(cell, node.layout));
    records.write(partition.name, config);
    const int cell_id = driver.create(partition.name, config);
    try {
        driver.load(cell_id, loaded.list());
        load_remote(driver, cell_id, plan, settings, images);
        start_relay(host, settings, partition, cell_id, console);
    } catch (...) {
        end_relay(host, partition);
        driver.destroy(cell_id);
        remove_firmware(settings, partition.name);
        records.remove(partition.name);
        throw;
    }
    return write_handle(cell_id, partition.name);
}

}  // namespace runphi::jailhouse
