// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "share.hpp"

namespace runphi::qemu {

// This backend emulates all that its guests see; hardware of the machine is not passed through.
// Its one device is the share.
std::string QemuBackend::dev(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    std::string what;
    if (!plan.devices.empty()) {
        what = "device \"" + plan.devices.front() + "\"";
    } else if (!plan.iomems.empty()) {
        what = "the memory region at " + std::to_string(plan.iomems.front().base);
    } else if (!plan.irqs.empty()) {
        what = "interrupt " + std::to_string(plan.irqs.front());
    } else {
        return plan.shares.empty() ? std::string() : share_part(host, plan);
    }
    throw sdk::Error(sdk::Code::unsupported,
                     what + ": the QEMU backend passes no hardware of this machine to a partition",
                     "take it out of the container's configuration and of the board");
}

}  // namespace runphi::qemu
