// SPDX-License-Identifier: Apache-2.0
#include "disk.hpp"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include "../common/disk.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr int tries_max = 64;  // somebody else may take a free device first

UniqueFd open_device(const std::string& path, bool writable) {
    UniqueFd fd(::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC));
    if (fd) return fd;
    const Error error = sdk::os_error("open " + path);
    throw Error(error.code(), error.message(), "a domain's disk needs the kernel's module loop");
}

}  // namespace

void check_disk(const sdk::PlannedImage& planned, const sdk::Image& image) {
    const std::string what = common::name_of_disk(planned);
    if (planned.format != "raw") {
        throw Error(Code::unsupported,
                    what + " has the format " + planned.format + ": a Xen domain takes raw images",
                    "other formats need QEMU in dom0; convert it: qemu-img convert -O raw");
    }
    if (planned.bus != "virtio") {
        throw Error(Code::unsupported,
                    what + " is asked for on the bus " + planned.bus +
                        ": a Xen domain has disks of Xen's only (xen-blkfront)",
                    "leave the bus out");
    }
    common::require_sectors(planned, image.length);
}

LoopDevice attach_loop(const sdk::Image& image, bool writable) {
    const UniqueFd control = open_device("/dev/loop-control", true);
    loop_config config{};
    config.fd = static_cast<std::uint32_t>(image.fd);
    config.block_size = common::disk_sector;
    config.info.lo_sizelimit = image.length;
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (!writable) config.info.lo_flags |= LO_FLAGS_READ_ONLY;
    for (int tries = 0; tries < tries_max; ++tries) {
        const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
        if (number < 0) throw sdk::os_error("look for a free loop device");
        LoopDevice out{"/dev/loop" + std::to_string(number), {}};
        out.fd = open_device(out.path, writable);
        if (::ioctl(out.fd.get(), LOOP_CONFIGURE, &config) == 0) return out;
        if (errno != EBUSY) throw sdk::os_error("attach " + out.path + " to the disk's image");
    }
    throw Error(Code::busy, "other programs take each free loop device first");
}

}  // namespace runphi::xen
