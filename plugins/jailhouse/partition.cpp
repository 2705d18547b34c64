// SPDX-License-Identifier: Apache-2.0
#include "partition.hpp"

#include "records.hpp"

namespace runphi::jailhouse {

std::string write_handle(int id, const std::string& name) {
    return sdk::JsonWriter().object().field("id", id).field("name", name).end_object().text();
}

std::optional<CellStatus> find_cell(const sdk::Host& host, const Tree& tree,
                                    const sdk::Partition& partition) {
    if (!partition.handle.empty()) {
        const sdk::JsonDocument document(partition.handle, "handle");
        const sdk::Json root = document.root();
        auto cell = tree.cell(static_cast<int>(root.at("id").u64(1, INT32_MAX)));
        return cell && cell->name == root.at("name").string() ? cell : std::nullopt;
    }
    return Records(host).has(partition.name) ? tree.cell(partition.name) : std::nullopt;
}

}  // namespace runphi::jailhouse
