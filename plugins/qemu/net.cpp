// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

namespace runphi::qemu {

// The interfaces of the container are joined at create (network.hpp): planning is before the engine
// has made them. What else a container can ask for, this backend has not got.
std::string QemuBackend::net(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    const auto network = plan.root().find("network");
    if (!network || network->at("mode").string() != "backend") return {};
    throw sdk::Error(sdk::Code::unsupported,
                     "network \"" + plan.root().at("request").string_or("net", {}) +
                         "\": the QEMU backend gives a partition its container's network, or none",
                     "ask for container or none");
}

}  // namespace runphi::qemu
