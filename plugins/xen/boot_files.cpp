// SPDX-License-Identifier: Apache-2.0
#include "boot_files.hpp"

#include <unistd.h>

#include "design.hpp"
#include "image.hpp"

namespace runphi::xen {

namespace {

std::uint64_t size_of(int fd) {
    const off_t size = ::lseek(fd, 0, SEEK_END);
    if (size < 0) throw sdk::os_error("lseek");
    return static_cast<std::uint64_t>(size);
}

}  // namespace

BootFiles boot_files(const DomainConfig& domain, const std::vector<sdk::Image>& images) {
    BootFiles out;
    const sdk::Image& kernel = kernel_image(images);
    if (domain.boot.raw) out.wrapped = wrap_inmate(kernel, *domain.boot.raw);
    out.kernel = out.wrapped ? out.wrapped.get() : kernel.fd;
    out.kernel_size = out.wrapped ? size_of(out.kernel) : kernel.length;
    if (const sdk::Image* initrd = find_image(images, "initrd")) {
        out.ramdisk = initrd->fd;
        out.ramdisk_size = initrd->length;
    }
    return out;
}

}  // namespace runphi::xen
