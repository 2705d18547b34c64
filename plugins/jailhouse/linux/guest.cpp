// SPDX-License-Identifier: Apache-2.0
#include "guest.hpp"

#include "../../common/linux/own_tree.hpp"
#include "../../common/linux/parameters.hpp"
#include "devices.hpp"
#include "loader.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

LoadImage load_image(std::string_view bytes, std::uint64_t target) {
    return {bytes.data(), bytes.size(), target};
}

}  // namespace

LinuxGuest::LinuxGuest(const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                       const Extent& ram)
    : kind_(plan.kind),
      asked_(plan.cmdline),
      boots_(common::LinuxImages::open(plan, images, ram.end - ram.first)) {
    const std::uint64_t own = boots_.own_tree.size();
    const std::uint64_t room = own != 0 ? own + common::own_tree_growth : cell_tree_room;
    place_ = common::place_linux(ram, boots_.kernel.header(), boots_.initrd.size(), room);
}

std::string LinuxGuest::parameters(const CellTree& tree,
                                   const std::optional<Extent>& channel) const {
    common::LinuxParameters out;
    out.asked = asked_;
    if (const auto console = console_of(tree.devices)) out.tty = console->tty;
    if (channel) out.channel = channel->first;
    return kind_ == "linux" ? common::linux_parameters(out) : common::own_kernel_parameters(out);
}

void LinuxGuest::describe(const System& system, const Cell& cell,
                          const std::optional<Extent>& channel, const Machine& machine) {
    CellTree tree = describe_cell(system, cell, channel, machine);
    tree.bootargs = parameters(tree, channel);
    tree.initrd = {place_.initrd, place_.initrd + boots_.initrd.size()};
    tree.seed = common::random_seed();
    device_tree_ = boots_.own_tree.size() != 0
                       ? common::adapt_own_tree(boots_.own_tree.bytes(), tree.memory, tree.bootargs,
                                                tree.initrd)
                       : write_cell_tree(tree);
    loader_ = linux_loader(place_.kernel, place_.device_tree);
}

std::vector<LoadImage> LinuxGuest::images() const {
    std::vector<LoadImage> out = {load_image(boots_.kernel.bytes(), place_.kernel),
                                  load_image(loader_, place_.loader)};
    if (boots_.initrd.size() != 0) out.push_back(load_image(boots_.initrd.bytes(), place_.initrd));
    out.push_back(load_image(device_tree_, place_.device_tree));
    return out;
}

}  // namespace runphi::jailhouse
