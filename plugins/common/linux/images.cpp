// SPDX-License-Identifier: Apache-2.0
#include "images.hpp"

#include <sys/random.h>
#include <unistd.h>

#include "own_tree.hpp"

namespace runphi::common {

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
                    "a Linux guest for " + plan.arch + ": this backend boots arm64 kernels only");
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

}  // namespace

LinuxImages LinuxImages::open(const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                              std::uint64_t most) {
    return {open_kernel(plan, images, most), map_initrd(plan, images), read_own_tree(images)};
}

std::string random_seed() {
    std::string out(64, '\0');
    if (::getrandom(out.data(), out.size(), 0) != static_cast<ssize_t>(out.size())) {
        throw sdk::os_error("getrandom");
    }
    return out;
}

}  // namespace runphi::common
