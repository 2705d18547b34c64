// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "presence/presence.hpp"
#include "programs.hpp"

namespace runphi::xen {

// Present in dom0 where libxl can be called. The daemons are looked for when a domain is made: each
// has an error of its own there.
sdk::Probe XenBackend::probe(const sdk::Host& host) {
    sdk::Probe out;
    const Settings settings = Settings::parse(host.settings());
    const Presence xen = look_for_xen(settings);
    out.version = xen.version.substr(0, 63);
    out.reason = xen.reason;
    if (xen.place == Presence::Place::dom0) {
        try {
            for (const Program one : {Program::helper, Program::reader}) {
                require_program(one, settings, xen);
            }
            out.present = true;
        } catch (const sdk::Error& error) {
            out.reason = error.message();
        }
    }
    if (!out.present) return out;
    out.capabilities = RUNPHI_CAP_DYNAMIC_CREATE | RUNPHI_CAP_FORCED_STOP | RUNPHI_CAP_PAUSE |
                       RUNPHI_CAP_EXIT_STATUS | RUNPHI_CAP_CONSOLE | RUNPHI_CAP_STATS |
                       RUNPHI_CAP_LINUX | RUNPHI_CAP_UPDATE | RUNPHI_CAP_AGENT | RUNPHI_CAP_NETWORK;
    return out;
}

}  // namespace runphi::xen
