// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "backend.hpp"
#include "domain/config.hpp"
#include "domain/identity.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::string_view bridge_prefix = "bridge=";
constexpr std::size_t longest_name = 15;  // IFNAMSIZ - 1

// Of Xen's own range, 00:16:3e; from the domain's UUID, so that a partition keeps it.
std::string mac_of(const std::string& partition) {
    const std::string uuid = domain_uuid(partition);
    const std::string tail = uuid.substr(uuid.size() - 6);
    return "00:16:3e:" + tail.substr(0, 2) + ":" + tail.substr(2, 2) + ":" + tail.substr(4, 2);
}

std::string bridge_of(const std::string& wanted) {
    std::string name = wanted.substr(bridge_prefix.size());
    bool plain = !name.empty() && name.size() <= longest_name && name != "." && name != "..";
    for (const char c : name) plain = plain && c > ' ' && c < 0x7f && c != '/' && c != ',';
    if (plain) return name;
    throw Error(Code::invalid, "network \"" + wanted + "\": that is no name of a bridge",
                "like bridge=xenbr0");
}

}  // namespace

// The interfaces of the container are joined at create (network.hpp): planning is before the engine
// has made them.
std::string XenBackend::net(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    const auto network = plan.root().find("network");
    if (!network || network->at("mode").string() != "backend") return {};
    const std::string wanted = plan.root().at("request").string_or("net", {});
    if (wanted.rfind(bridge_prefix, 0) != 0) {
        throw Error(
            Code::unsupported,
            "network \"" + wanted +
                "\": the Xen backend joins the container's network, a bridge of dom0, or none",
            "ask for container, bridge=NAME or none");
    }
    NetPart part;
    Vif vif;
    vif.mac = mac_of(plan.partition);
    vif.bridge = bridge_of(wanted);
    part.vifs.push_back(vif);
    return write_part(part);
}

}  // namespace runphi::xen
