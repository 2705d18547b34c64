// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

namespace runphi::jailhouse {

sdk::Probe JailhouseBackend::probe(const sdk::Host&) {
    sdk::Probe out;
    out.reason = "the Jailhouse backend reads and checks configurations; it makes no cells yet";
    return out;
}

std::string JailhouseBackend::inventory(const sdk::Host&) {
    unsupported("inventory yet");
}

}  // namespace runphi::jailhouse
