// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "design.hpp"
#include "images.hpp"
#include "node.hpp"

// The planning functions. What a cell is made of follows from the grant and the inmate, so that no
// part of the plan is needed; each refuses what a cell of this backend does not have.
namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

[[noreturn]] void refuse(const std::string& what) {
    throw Error(Code::unsupported, what + ": the Jailhouse backend does not give it to a cell yet",
                "take it out of the container's configuration");
}

}  // namespace

std::string JailhouseBackend::cpu(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (!plan.cpus.empty()) return {};
    throw Error(Code::invalid, "plan.grant.cpus: empty; a cell owns its CPUs",
                "cpus.exclusive in the board file must be true");
}

std::string JailhouseBackend::dev(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (!plan.devices.empty()) refuse("device \"" + plan.devices.front() + "\"");
    if (!plan.iomems.empty()) refuse("a memory region of a device");
    if (!plan.irqs.empty()) refuse("interrupt " + std::to_string(plan.irqs.front()));
    return {};
}

std::string JailhouseBackend::comm(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (!plan.channels.empty()) refuse("channel \"" + plan.channels.front().name + "\"");
    return {};
}

std::string JailhouseBackend::boot(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (plan.kind != "inmate") refuse("a guest of kind " + plan.kind);
    return {};
}

// The whole plan is there: what would be made is made, but for the cell.
std::string JailhouseBackend::end(const sdk::Host& host, const sdk::Planning& in) {
    const Node node = Node::read(Settings::parse(host.settings()));
    const sdk::Plan plan(in.plan);
    const Inmate inmate = inmate_of(plan, in.images);
    require_sound(node.system, node.layout, design_cell(plan, node.system, inmate), {});
    return {};
}

}  // namespace runphi::jailhouse
