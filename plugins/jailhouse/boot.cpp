// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "images.hpp"
#include "managers.hpp"

// BOOT: where the cell's CPUs begin, and what is loaded.
namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

void require_inmate(const sdk::Plan& plan) {
    if (plan.kind == "inmate") return;
    throw Error(
        Code::unsupported,
        "a guest of kind " + plan.kind + ": the Jailhouse backend does not give it to a cell yet",
        "take it out of the container's configuration");
}

}  // namespace

std::string JailhouseBackend::boot(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    require_inmate(plan);
    const Inmate inmate = inmate_of(plan, in.images);
    return sdk::JsonWriter().object().field("reset_address", inmate.entry).end_object().text();
}

void add_boot(Cell& cell, const sdk::Plan& plan) {
    cell.cpu_reset_address = plan.root().at("parts").at("boot").at("reset_address").u64();
}

void add_images(CellImages& loaded, const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    require_inmate(plan);
    const Inmate inmate = inmate_of(plan, images);
    for (const Segment& one : inmate.segments) {
        loaded.add(images.front(), one.offset, one.size, one.target);
    }
}

}  // namespace runphi::jailhouse
