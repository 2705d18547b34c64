// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

// DEV: none yet.
namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

[[noreturn]] void refuse(const std::string& what) {
    throw Error(Code::unsupported, what + ": the Jailhouse backend does not give it to a cell yet",
                "take it out of the container's configuration");
}

}  // namespace

std::string JailhouseBackend::dev(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (!plan.devices.empty()) refuse("device \"" + plan.devices.front() + "\"");
    if (!plan.iomems.empty()) refuse("a memory region of a device");
    if (!plan.irqs.empty()) refuse("interrupt " + std::to_string(plan.irqs.front()));
    return {};
}

}  // namespace runphi::jailhouse
