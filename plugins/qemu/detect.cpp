// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "emulator.hpp"
#include "share.hpp"

namespace runphi::qemu {

// Present wherever an emulator is installed: this is the fallback of machines without a hypervisor.
// Which version it is, it tells only when it runs, so nothing is said about it here.
sdk::Probe QemuBackend::probe(const sdk::Host& host) {
    const Settings settings = Settings::parse(host.settings());
    sdk::Probe out;
    for (const char* arch : {"x86_64", "aarch64"}) {
        const std::string path = find_emulator(settings, arch);
        if (path.empty()) continue;
        out.reason += (out.present ? ", " : "found ") + path;
        out.present = true;
    }
    if (!out.present) {
        out.reason =
            "no qemu-system-x86_64 and no qemu-system-aarch64 in /usr/bin or "
            "/usr/local/bin";
        return out;
    }
    out.capabilities = RUNPHI_CAP_DYNAMIC_CREATE | RUNPHI_CAP_FORCED_STOP | RUNPHI_CAP_PAUSE |
                       RUNPHI_CAP_EXIT_STATUS | RUNPHI_CAP_CONSOLE | RUNPHI_CAP_AGENT |
                       RUNPHI_CAP_STATS | RUNPHI_CAP_LINUX | RUNPHI_CAP_UPDATE |
                       RUNPHI_CAP_SESSIONS | RUNPHI_CAP_NETWORK;
    if (find_virtiofsd(settings).empty()) {
        out.reason.append("; ").append(no_virtiofsd);
    } else {
        out.capabilities |= RUNPHI_CAP_SHARE;
    }
    return out;
}

}  // namespace runphi::qemu
