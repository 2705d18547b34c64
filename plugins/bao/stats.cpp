// SPDX-License-Identifier: Apache-2.0
#include "adopted.hpp"
#include "backend.hpp"
#include "presence/presence.hpp"
#include "slots/fit.hpp"

namespace runphi::bao {

// Bao counts nothing: CPUs and memory are the slot's, whatever its guest does with them.
std::string BaoBackend::stats(const sdk::Host& host, const sdk::Partition& partition) {
    const auto claim = find_claim(Claims(host), partition);
    if (!claim) {
        throw sdk::Error(sdk::Code::not_found, "partition \"" + partition.name + "\" has no slot");
    }
    const Node node = Node::read(Settings::parse(host.settings()));
    const Vm& vm = claim->is_guest() ? static_cast<const Vm&>(guest_named(node.table, claim->slot))
                                     : slot_named(node.table, claim->slot);
    sdk::JsonWriter out;
    out.object().field("format", "runphi.stats/1").object("cpu").array("owned");
    for (const unsigned cpu : vm.cpus) out.value(cpu);
    out.end_array().end_object();
    const std::uint64_t bytes = memory_of(vm);
    out.object("memory").field("usage", bytes).field("limit", bytes).end_object();
    return out.end_object().text();
}

}  // namespace runphi::bao
