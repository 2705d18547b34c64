// SPDX-License-Identifier: Apache-2.0
#include "boot_image.hpp"

#include <unistd.h>

#include <algorithm>
#include <runphi/sdk/kernel_parameters.hpp>

#include "../../common/files.hpp"
#include "../../common/inmate.hpp"
#include "../../common/linux/own_tree.hpp"
#include "../../common/linux/parameters.hpp"
#include "../../common/linux/placement.hpp"
#include "../layout/places.hpp"
#include "../slots/amount.hpp"

namespace runphi::bao {

using common::extent_of;
using common::hex;
using sdk::Code;
using sdk::Error;

namespace {

// A slot's CPUs are of the root VM's kind. (Of these Bao knows arm64 only; the other one is for
// tests.)
#if defined(__aarch64__)
constexpr const char* machine_arch = "aarch64";
#else
constexpr const char* machine_arch = "x86_64";
#endif
constexpr std::size_t most_of_tree = std::size_t{2} << 20;  // a kernel maps no larger one

// Behind the first instructions of a guest, where they are in its first block.
constexpr std::uint64_t block = 2U << 20;

std::vector<Extent> memory_of_vm(const Vm& vm) {
    std::vector<Extent> out;
    for (const Range& one : vm.ram) out.push_back(extent_of(one.base, one.size));
    return out;
}

std::string text_of(const std::vector<Extent>& ram) {
    std::string out;
    for (const Extent& one : ram) out += (out.empty() ? "" : ", ") + to_string(one);
    return out;
}

// Read, not mapped: when this is planned, the image's owner may yet cut the file off.
bool is_elf(int fd) {
    char magic[4] = {};
    return ::pread(fd, magic, sizeof magic, 0) == sizeof magic &&
           std::string_view(magic, sizeof magic) == std::string_view("\177ELF", 4);
}

// The layout's, of the VM's own hardware.
std::string read_tree(const BootTarget& target, const std::string& folder) {
    const std::string path = folder + "/" + target.device_tree;
    std::string out = common::read_file(path, most_of_tree);
    if (hash_text(out) == target.device_tree_hash) return out;
    throw Error(Code::invalid, path + ": it is not the device tree that the slot table goes with",
                "put the files of the layout there that was booted");
}

std::string way_back(const BootTarget& target) {
    if (!target.return_address) return {};
    return " " + std::string(RUNPHI_SLOT_RETURN_WORD) + "=" + hex(*target.return_address);
}

std::string parameters_of(const BootTarget& target, const sdk::Plan& plan) {
    common::LinuxParameters out;
    out.asked = plan.cmdline;
    if (target.window) out.channel = *target.window + RUNPHI_SLOT_CHANNEL;
    if (plan.kind != "linux") return common::own_kernel_parameters(out);
    if (target.window) {
        std::string all = common::linux_parameters(out) + way_back(target);
        sdk::check_kernel_parameters(all);
        return all;
    }
    throw Error(Code::unsupported,
                target.vm +
                    " is booted with the machine and has no console to the root VM, which a "
                    "Linux with the container's root file system needs",
                "give the image a kernel and an initrd of its own, or lay the machine out with a "
                "slot that is large enough");
}

}  // namespace

BootTarget target_of(const Slot& slot) {
    BootTarget out;
    out.vm = "slot \"" + slot.name + "\"";
    out.memory = out.room = memory_of_vm(slot);
    out.linux =
        *std::max_element(out.memory.begin(), out.memory.end(),
                          [](const Extent& a, const Extent& b) { return a.size() < b.size(); });
    out.window = slot.window_in_slot;
    out.device_tree = slot.device_tree;
    out.device_tree_hash = slot.device_tree_hash;
    return out;
}

BootTarget target_of(const Guest& guest) {
    BootTarget out;
    out.vm = "guest \"" + guest.name + "\"";
    out.memory = memory_of_vm(guest);
    const Extent image = extent_of(guest.load, guest.most);
    out.room = {image};
    const std::uint64_t behind = std::min(guest.entry / block * block + block, image.end);
    out.linux = {behind, image.end};
    out.device_tree = guest.device_tree;
    out.device_tree_hash = guest.device_tree_hash;
    return out;
}

BootImage::BootImage(const BootTarget& target, const sdk::Plan& plan,
                     const std::vector<sdk::Image>& images, const std::string& folder) {
    if (plan.kind == "inmate") {
        add_inmate(target, plan, images);
    } else {
        add_linux(target, plan, images, folder);
    }
}

void BootImage::add(const BootTarget& target, std::string_view bytes, std::uint64_t address) {
    if (bytes.empty()) return;
    const Extent where = extent_of(address, bytes.size());
    if (where.size() != bytes.size() || !is_within(target.room, where)) {
        throw Error(Code::no_resource,
                    "the image goes to " + to_string(where) + ", and " + target.vm +
                        " has memory for it at " + text_of(target.room),
                    "link the image for an address there, or lay the machine out with a slot that "
                    "has its memory where the image goes");
    }
    loads_.push_back({bytes.data(), bytes.size(), address});
}

void BootImage::add_inmate(const BootTarget& target, const sdk::Plan& plan,
                           const std::vector<sdk::Image>& images) {
    if (plan.arch != machine_arch) {
        throw Error(Code::unsupported, "the guest is for " + plan.arch +
                                           ", and this machine's slots are for " + machine_arch);
    }
    if (images.size() != 1 || images.front().role != "inmate") {
        throw Error(Code::unsupported,
                    "a slot boots one image, an inmate; here are " + std::to_string(images.size()));
    }
    const sdk::Image& image = images.front();
    inmate_ = common::Mapping::of_file(image.fd, image.length, "the inmate");
    // A raw image says nothing of where it goes; an ELF file does, and refuses another place.
    const auto address = plan.load_address || is_elf(image.fd)
                             ? plan.load_address
                             : std::optional(target.room.front().first);
    const common::Inmate inmate =
        common::read_inmate(image.fd, image.length, plan.arch, address, plan.entry_address);
    for (const common::Segment& one : inmate.segments) {
        add(target, inmate_.bytes().substr(one.offset, one.size), one.target);
    }
    entry_ = inmate.entry;
    argument_ = target.window.value_or(0);
    if (is_within(target.room, extent_of(entry_, 4)) && entry_ % 4 == 0) return;
    throw Error(Code::invalid, "the image begins at " + hex(entry_) + ", and " + target.vm +
                                   " has memory for it at " + text_of(target.room));
}

void BootImage::add_linux(const BootTarget& target, const sdk::Plan& plan,
                          const std::vector<sdk::Image>& images, const std::string& folder) {
    const std::string parameters = parameters_of(target, plan);
    linux_ = common::LinuxImages::open(plan, images, target.linux.size());
    const bool has_tree = linux_->own_tree.size() != 0;
    const std::string tree =
        has_tree ? std::string(linux_->own_tree.bytes()) : read_tree(target, folder);
    const common::LinuxPlacement place =
        common::place_linux(target.linux, linux_->kernel.header(), linux_->initrd.size(),
                            tree.size() + common::own_tree_growth);
    // An image on the boot medium is known again by its bytes, and a seed is for one boot.
    // The layout's tree says what the VM has of memory; what of it is not for all, too.
    const std::vector<Extent> memory = has_tree ? target.memory : std::vector<Extent>();
    device_tree_ = common::adapt_own_tree(tree, memory, parameters,
                                          {place.initrd, place.initrd + linux_->initrd.size()},
                                          target.window ? common::random_seed() : "");
    add(target, linux_->kernel.bytes(), place.kernel);
    add(target, linux_->initrd.bytes(), place.initrd);
    add(target, device_tree_, place.device_tree);
    entry_ = place.kernel;
    argument_ = place.device_tree;
}

}  // namespace runphi::bao
