// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "linux/loader.hpp"
#include "node.hpp"

namespace runphi::jailhouse {

// Present where Jailhouse is enabled with a configuration that we know: without it nobody can tell
// what a cell may have.
sdk::Probe JailhouseBackend::probe(const sdk::Host& host) {
    sdk::Probe out;
    try {
        const Node node = Node::read(Settings::parse(host.settings()));
        out.present = true;
        out.capabilities = RUNPHI_CAP_DYNAMIC_CREATE | RUNPHI_CAP_FORCED_STOP |
                           RUNPHI_CAP_EXIT_STATUS | RUNPHI_CAP_CONSOLE | RUNPHI_CAP_AGENT |
                           RUNPHI_CAP_STATS;
        if (node.system.arch == Arch::arm64 && has_linux_loader()) {
            out.capabilities |= RUNPHI_CAP_LINUX;
        }
        out.reason = "enabled on \"" + node.system.root_cell.name + "\", layout " +
                     std::string(to_string(node.layout));
    } catch (const sdk::Error& error) {
        out.reason = error.message();
        if (!error.hint().empty()) out.reason += "; " + error.hint();
    }
    return out;
}

}  // namespace runphi::jailhouse
