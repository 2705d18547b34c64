// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "claims/claims.hpp"
#include "presence/presence.hpp"

namespace runphi::bao {

// Present where the device tree and the slot table agree. Bao makes no partition and stops none by
// force: neither is a capability here.
sdk::Probe BaoBackend::probe(const sdk::Host& host) {
    sdk::Probe out;
    try {
        const Node node = Node::read(Settings::parse(host.settings()));
        out.present = true;
        out.capabilities = RUNPHI_CAP_ADOPTS | RUNPHI_CAP_EXIT_STATUS | RUNPHI_CAP_CONSOLE |
                           RUNPHI_CAP_AGENT | RUNPHI_CAP_LINUX | RUNPHI_CAP_STATS;
        out.version = node.table.bao;
        out.reason = node.presence.reason + ", slots: " + std::to_string(node.table.slots.size());
        if (!node.table.guests.empty()) {
            out.reason += ", guests: " + std::to_string(node.table.guests.size());
        }
        if (const std::string aside = aside_text(Claims(host)); !aside.empty()) {
            out.reason += "; " + aside;
        }
    } catch (const sdk::Error& error) {
        out.reason = error.message();
        if (!error.hint().empty()) out.reason += "; " + error.hint();
    }
    return out;
}

}  // namespace runphi::bao
