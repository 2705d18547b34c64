// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "files.hpp"
#include "format/number_set.hpp"
#include "node.hpp"
#include "pools.hpp"

namespace runphi::jailhouse {

namespace {

constexpr std::size_t most_of_iomem = std::size_t{1} << 20;

// All CPUs of the machine but the first one, which stays with the root cell.
Numbers cpus_for_cells(const System& system) {
    Numbers out = numbers_of(system.root_cell.cpu_set);
    if (!out.empty()) out.erase(out.begin());
    return out;
}

}  // namespace

std::string JailhouseBackend::inventory(const sdk::Host& host) {
    const Node node = Node::read(Settings::parse(host.settings()));
    const auto memory = free_memory(node.system, read_file("/proc/iomem", most_of_iomem));
    if (memory.empty()) {
        throw sdk::Error(sdk::Code::no_resource,
                         "Linux uses all of the root cell's memory: there is none for cells",
                         "boot it with mem= or reserved memory that leaves some out");
    }
    const Numbers cpus = cpus_for_cells(node.system);
    sdk::JsonWriter board;
    board.object().field("format", "runphi.board/1").field("name", node.system.root_cell.name);
    board.object("cpus").field("ids", cpus.empty() ? std::string() : list_text(cpus)).end_object();
    board.object("memory").array("pools");
    for (std::size_t i = 0; i < memory.size(); ++i) {
        board.object()
            .field("name", "cells" + std::to_string(i))
            .field("base", memory[i].first)
            .field("size", memory[i].end - memory[i].first)
            .end_object();
    }
    board.end_array().field("alignment", 2U << 20).field("minimum", 2U << 20).end_object();
    board.object("limits").field("name_max", 31).end_object();
    return board.end_object().text();
}

}  // namespace runphi::jailhouse
