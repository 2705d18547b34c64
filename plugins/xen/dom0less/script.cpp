// SPDX-License-Identifier: Apache-2.0
#include "script.hpp"

#include "../pages.hpp"

namespace runphi::xen::dom0less {

namespace {

std::string load(const BootScript& boot, const Loaded& file) {
    return boot.load + " " + address(file.place.base) + " " + file.file + "\n";
}

}  // namespace

std::string uboot_script(const BootScript& boot) {
    std::string out =
        "# Loads what Xen starts at boot. Made by runphi xen dom0less; for U-Boot's command\n"
        "# \"source\": mkimage -A arm64 -T script -d boot.source boot.scr\n";
    for (const Loaded& file : boot.files) out += load(boot, file);
    out += load(boot, boot.tree);
    const std::string tree = address(boot.tree.place.base);
    if (!boot.whole_tree) {
        return out +
               "# The tree that Xen is started with, which a script before this one has loaded.\n"
               "fdt addr ${fdt_addr_r}\n"
               "fdt resize " +
               address(boot.tree.place.size + page_size) + "\nfdt apply " + tree + "\n";
    }
    out += "fdt addr " + tree + "\n";
    if (!boot.xen) return out;
    return out + load(boot, *boot.xen) + "booti " + address(boot.xen->place.base) + " - " + tree +
           "\n";
}

std::string qemu_options(const BootScript& boot) {
    std::string out;
    if (boot.xen) out += "-kernel " + boot.xen->file + "\n";
    if (boot.whole_tree) out += "-dtb " + boot.tree.file + "\n";
    for (const Loaded& file : boot.files) {
        out += "-device loader,file=" + file.file + ",addr=" + address(file.place.base) +
               ",force-raw=on\n";
    }
    return out;
}

}  // namespace runphi::xen::dom0less
