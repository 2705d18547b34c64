// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

// NET: what the engine has made of networks cannot be passed on. A slot that was laid out with a
// network card has that as a device of its own (DEV).
namespace runphi::bao {

std::string BaoBackend::net(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (plan.root().at("network").at("mode").string() != "backend") return {};
    throw sdk::Error(sdk::Code::unsupported,
                     "network \"" + plan.root().at("request").at("net").string() +
                         "\": a slot has no network but that of a device of its own",
                     "lay the machine out with a slot that has a network card among its "
                     "\"devices\", and ask for that; or for no network");
}

}  // namespace runphi::bao
