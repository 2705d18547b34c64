// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

// COMM: no channel yet.
namespace runphi::jailhouse {

std::string JailhouseBackend::comm(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (plan.channels.empty()) return {};
    throw sdk::Error(sdk::Code::unsupported,
                     "channel \"" + plan.channels.front().name +
                         "\": the Jailhouse backend does not give it to a cell yet",
                     "take it out of the container's configuration");
}

}  // namespace runphi::jailhouse
