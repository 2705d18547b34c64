// SPDX-License-Identifier: Apache-2.0
#include "partial_tree.hpp"

#include <libfdt.h>
#include <unistd.h>

#include <algorithm>

#include "design.hpp"
#include "files.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t largest_tree = 2U << 20;

std::string read_tree(const DomainConfig& domain, const std::vector<sdk::Image>& images) {
    const std::string& file = domain.dev.device_tree;
    if (!file.empty()) {
        auto bytes = read_if_there(file, largest_tree);
        if (!bytes) throw sdk::os_error("partial device tree: open " + file);
        return *bytes;
    }
    const sdk::Image* image = find_image(images, "dtb");
    if (image == nullptr) return {};
    std::string out(std::min<std::uint64_t>(image->length, largest_tree), '\0');
    if (::pread(image->fd, out.data(), out.size(), 0) != static_cast<ssize_t>(out.size())) {
        throw sdk::os_error("read the device tree");
    }
    return out;
}

// Whoever copies from it trusts its form.
void check_tree(const std::string& tree) {
    const bool whole =
        tree.size() >= sizeof(fdt_header) && ::fdt_check_full(tree.data(), tree.size()) == 0;
    if (!whole) throw Error(Code::invalid, "the partial device tree is damaged, or none at all");
    if (::fdt_path_offset(tree.data(), "/passthrough") >= 0) return;
    throw Error(Code::invalid, "the partial device tree has no node /passthrough",
                "what is in that node is what the guest gets: see xl.cfg(5), device_tree");
}

}  // namespace

std::string read_partial_tree(const DomainConfig& domain, const std::vector<sdk::Image>& images) {
    std::string tree = read_tree(domain, images);
    if (!tree.empty()) check_tree(tree);
    return tree;
}

}  // namespace runphi::xen
