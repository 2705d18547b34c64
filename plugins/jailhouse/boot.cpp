// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "devices.hpp"
#include "firmware.hpp"
#include "images.hpp"
#include "linux/guest.hpp"
#include "managers.hpp"

// BOOT: where the cell's CPUs begin, and what is loaded.
namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

Extent piece_of(const CellMemory& memory, MemoryPiece::Use use) {
    const MemoryPiece* piece = memory.find(use);
    if (piece == nullptr) throw Error(Code::invalid, "plan.parts.mem: not one of a Linux guest");
    return {piece->virt, piece->virt + piece->size};
}

std::shared_ptr<LinuxGuest> linux_guest(const sdk::Plan& plan,
                                        const std::vector<sdk::Image>& images) {
    return std::make_shared<LinuxGuest>(plan, images,
                                        piece_of(memory_of(plan), MemoryPiece::Use::ram));
}

void add_inmate(CellImages& loaded, const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    const Inmate inmate = inmate_of(plan, images);
    for (const Segment& one : inmate.segments) {
        loaded.add(images.front(), one.offset, one.size, one.target);
    }
}

bool has_rpus(const sdk::Plan& plan) {
    return !planned_devices(plan).rpus.empty();
}

// Remote processors begin where their image says, and no CPU does.
std::uint64_t entry_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    if (has_rpus(plan)) return 0;
    if (plan.kind == "inmate") return inmate_of(plan, images).entry;
    return linux_guest(plan, images)->entry();
}

}  // namespace

std::string JailhouseBackend::boot(const sdk::Host&, const sdk::Planning& in) {
    const std::uint64_t entry = entry_of(sdk::Plan(in.plan), in.images);
    return sdk::JsonWriter().object().field("reset_address", entry).end_object().text();
}

void add_boot(Cell& cell, const sdk::Plan& plan) {
    cell.cpu_reset_address = plan.root().at("parts").at("boot").at("reset_address").u64();
}

void add_images(CellImages& loaded, const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                const Node& node, const Cell& cell) {
    if (has_rpus(plan)) return;
    if (plan.kind == "inmate") return add_inmate(loaded, plan, images);
    const auto guest = linux_guest(plan, images);
    if (guest->entry() != cell.cpu_reset_address) {
        throw Error(Code::invalid, "the kernel is not the one that was planned with");
    }
    guest->describe(node.system, cell, piece_of(memory_of(plan), MemoryPiece::Use::channel),
                    node.machine);
    for (const LoadImage& one : guest->images()) loaded.add(one);
    loaded.keep(guest);
}

void load_remote(Driver& driver, int cell_id, const sdk::Plan& plan, const Settings& settings,
                 const std::vector<sdk::Image>& images) {
    std::vector<RcpuImage> remote;
    for (const unsigned rpu : planned_devices(plan).rpus) {
        remote.push_back({rpu, firmware_name(plan.partition)});
    }
    if (remote.empty()) return;
    write_firmware(settings, plan.partition, remote_image_of(plan, images));
    driver.load(cell_id, {}, remote);
}

}  // namespace runphi::jailhouse
