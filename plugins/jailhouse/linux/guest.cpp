// SPDX-License-Identifier: Apache-2.0
#include "guest.hpp"

#include <sys/random.h>

#include "devices.hpp"
#include "loader.hpp"
#include "own_tree.hpp"
#include "parameters.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

// Linux maps no larger one (Documentation/arch/arm64/booting.rst).
constexpr std::uint64_t most_of_own_tree = 2U << 20;

const sdk::Image* find_image(const std::vector<sdk::Image>& images, const char* role) {
    for (const sdk::Image& one : images) {
        if (one.role == role) return &one;
    }
    return nullptr;
}

Kernel open_kernel(const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                   std::uint64_t most) {
    if (plan.arch != "aarch64") {
        throw Error(Code::unsupported,
                    "a Linux guest for " + plan.arch +
                        ": the Jailhouse backend boots Linux in arm64 cells only");
    }
    const sdk::Image* kernel = find_image(images, "kernel");
    if (kernel == nullptr) throw Error(Code::invalid, "the guest has no kernel");
    return Kernel::open(kernel->fd, kernel->length, most);
}

Mapping map_initrd(const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    const sdk::Image* initrd = find_image(images, "initrd");
    if (initrd != nullptr) return Mapping::of_file(initrd->fd, initrd->length, "the initrd");
    if (plan.kind != "linux") return {};
    throw Error(Code::invalid, "no initrd for a guest of kind \"linux\"");
}

// Read, not mapped: the image's owner may change the file, and this program reads what is in it.
Mapping read_own_tree(const std::vector<sdk::Image>& images) {
    const sdk::Image* tree = find_image(images, "dtb");
    if (tree == nullptr) return {};
    if (tree->length > most_of_own_tree - own_tree_growth) {
        throw Error(Code::invalid, "the image's device tree has " + std::to_string(tree->length) +
                                       " bytes; a kernel takes 2 MiB");
    }
    Mapping out = Mapping::of_room(tree->length);
    for (std::uint64_t at = 0; at < out.size();) {
        const ssize_t got =
            ::pread(tree->fd, out.data() + at, out.size() - at, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw sdk::os_error("read the image's device tree");
        if (got == 0) throw Error(Code::invalid, "the image's device tree is cut off");
        at += static_cast<std::uint64_t>(got);
    }
    return out;
}

// For the kernel's random numbers, which it has little else for in a cell.
std::string random_seed() {
    std::string out(64, '\0');
    if (::getrandom(out.data(), out.size(), 0) != static_cast<ssize_t>(out.size())) {
        throw sdk::os_error("getrandom");
    }
    return out;
}

LoadImage load_image(std::string_view bytes, std::uint64_t target) {
    return {bytes.data(), bytes.size(), target};
}

}  // namespace

LinuxGuest::LinuxGuest(const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                       const Extent& ram)
    : kind_(plan.kind),
      asked_(plan.cmdline),
      kernel_(open_kernel(plan, images, ram.end - ram.first)),
      initrd_(map_initrd(plan, images)),
      own_tree_(read_own_tree(images)) {
    const std::uint64_t room =
        own_tree_.size() != 0 ? own_tree_.size() + own_tree_growth : cell_tree_room;
    place_ = place_linux(ram, kernel_.header(), initrd_.size(), room);
}

std::string LinuxGuest::parameters(const CellTree& tree,
                                   const std::optional<Extent>& channel) const {
    CellParameters out;
    out.asked = asked_;
    if (const auto console = console_of(tree.devices)) out.tty = console->tty;
    if (channel) out.channel = channel->first;
    return kind_ == "linux" ? linux_parameters(out) : own_kernel_parameters(out);
}

void LinuxGuest::describe(const System& system, const Cell& cell,
                          const std::optional<Extent>& channel, const Machine& machine) {
    CellTree tree = describe_cell(system, cell, channel, machine);
    tree.bootargs = parameters(tree, channel);
    tree.initrd = {place_.initrd, place_.initrd + initrd_.size()};
    tree.seed = random_seed();
    device_tree_ = own_tree_.size() != 0
                       ? adapt_own_tree(own_tree_.bytes(), tree.memory, tree.bootargs, tree.initrd)
                       : write_cell_tree(tree);
    loader_ = linux_loader(place_.kernel, place_.device_tree);
}

std::vector<LoadImage> LinuxGuest::images() const {
    std::vector<LoadImage> out = {load_image(kernel_.bytes(), place_.kernel),
                                  load_image(loader_, place_.loader)};
    if (initrd_.size() != 0) out.push_back(load_image(initrd_.bytes(), place_.initrd));
    out.push_back(load_image(device_tree_, place_.device_tree));
    return out;
}

}  // namespace runphi::jailhouse
