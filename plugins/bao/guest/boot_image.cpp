// SPDX-License-Identifier: Apache-2.0
#include "boot_image.hpp"

#include <unistd.h>

#include <algorithm>

#include "../../common/extent.hpp"
#include "../../common/files.hpp"
#include "../../common/inmate.hpp"
#include "../../common/linux/own_tree.hpp"
#include "../../common/linux/parameters.hpp"
#include "../../common/linux/placement.hpp"
#include "../slots/amount.hpp"

namespace runphi::bao {

using common::Extent;
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

Extent largest(const Slot& slot) {
    const auto found =
        std::max_element(slot.ram.begin(), slot.ram.end(),
                         [](const Range& a, const Range& b) { return a.size < b.size; });
    return extent_of(found->base, found->size);
}

std::vector<Extent> ram_of(const Slot& slot) {
    std::vector<Extent> out;
    for (const Range& one : slot.ram) out.push_back(extent_of(one.base, one.size));
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

// The layout's, of the slot's own hardware.
std::string read_tree(const Slot& slot, const std::string& folder) {
    const std::string path = folder + "/" + slot.device_tree;
    std::string out = common::read_file(path, most_of_tree);
    if (hash_text(out) == slot.device_tree_hash) return out;
    throw Error(Code::invalid, path + ": it is not the device tree that the slot table goes with",
                "put the files of the layout there that was booted");
}

std::string parameters_of(const Slot& slot, const sdk::Plan& plan) {
    common::LinuxParameters out;
    out.asked = plan.cmdline;
    out.channel = slot.window_in_slot + RUNPHI_SLOT_CHANNEL;
    return plan.kind == "linux" ? common::linux_parameters(out)
                                : common::own_kernel_parameters(out);
}

}  // namespace

BootImage::BootImage(const Slot& slot, const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                     const std::string& folder) {
    if (plan.kind == "inmate") {
        add_inmate(slot, plan, images);
    } else {
        add_linux(slot, plan, images, folder);
    }
}

void BootImage::add(const Slot& slot, std::string_view bytes, std::uint64_t target) {
    if (bytes.empty()) return;
    const std::vector<Extent> ram = ram_of(slot);
    const Extent where = extent_of(target, bytes.size());
    const bool inside =
        where.size() == bytes.size() &&
        std::any_of(ram.begin(), ram.end(), [&](const Extent& one) { return one.contains(where); });
    if (!inside) {
        throw Error(Code::no_resource,
                    "the image goes to " + to_string(where) + ", and slot \"" + slot.name +
                        "\" has memory at " + text_of(ram),
                    "link the image for an address there, or lay the machine out with a slot that "
                    "has its memory where the image goes");
    }
    loads_.push_back({bytes.data(), bytes.size(), target});
}

void BootImage::add_inmate(const Slot& slot, const sdk::Plan& plan,
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
    const auto target = plan.load_address || is_elf(image.fd)
                            ? plan.load_address
                            : std::optional(slot.ram.front().base);
    const common::Inmate inmate =
        common::read_inmate(image.fd, image.length, plan.arch, target, plan.entry_address);
    for (const common::Segment& one : inmate.segments) {
        add(slot, inmate_.bytes().substr(one.offset, one.size), one.target);
    }
    entry_ = inmate.entry;
    argument_ = slot.window_in_slot;
    const std::vector<Extent> ram = ram_of(slot);
    const bool begins_inside = std::any_of(ram.begin(), ram.end(), [this](const Extent& one) {
        return one.contains(extent_of(entry_, 4));
    });
    if (begins_inside && entry_ % 4 == 0) return;
    throw Error(Code::invalid, "the image begins at " + hex(entry_) + ", and slot \"" + slot.name +
                                   "\" has memory at " + text_of(ram));
}

void BootImage::add_linux(const Slot& slot, const sdk::Plan& plan,
                          const std::vector<sdk::Image>& images, const std::string& folder) {
    const Extent ram = largest(slot);
    linux_ = common::LinuxImages::open(plan, images, ram.size());
    const bool has_tree = linux_->own_tree.size() != 0;
    const std::string tree =
        has_tree ? std::string(linux_->own_tree.bytes()) : read_tree(slot, folder);
    const common::LinuxPlacement place = common::place_linux(
        ram, linux_->kernel.header(), linux_->initrd.size(), tree.size() + common::own_tree_growth);
    // The layout's tree says what the slot has of memory; what of it is not for all, too.
    const std::vector<Extent> memory = has_tree ? ram_of(slot) : std::vector<Extent>();
    device_tree_ = common::adapt_own_tree(tree, memory, parameters_of(slot, plan),
                                          {place.initrd, place.initrd + linux_->initrd.size()},
                                          common::random_seed());
    add(slot, linux_->kernel.bytes(), place.kernel);
    add(slot, linux_->initrd.bytes(), place.initrd);
    add(slot, device_tree_, place.device_tree);
    entry_ = place.kernel;
    argument_ = place.device_tree;
}

}  // namespace runphi::bao
