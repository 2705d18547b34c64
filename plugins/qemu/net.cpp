// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

namespace runphi::qemu {

// A partition has no network device at all; "no" is how a container says that it wants none.
std::string QemuBackend::net(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    const std::string net = plan.root().at("request").string_or("net", {});
    if (net.empty() || net == "no" || net == "none") return {};
    throw sdk::Error(sdk::Code::unsupported,
                     "network \"" + net + "\": the QEMU backend gives its partitions no network",
                     "ask for no network");
}

}  // namespace runphi::qemu
