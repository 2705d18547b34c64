// SPDX-License-Identifier: Apache-2.0
#include "tap.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cstring>

namespace runphi::qemu {

using sdk::UniqueFd;

UniqueFd open_tap(const std::string& name) {
    UniqueFd fd(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        const sdk::Error error = sdk::os_error("open /dev/net/tun");
        throw sdk::Error(error.code(), error.message(),
                         "a partition's network needs the kernel's module tun");
    }
    ifreq request{};
    std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    request.ifr_flags = static_cast<short>(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR);
    if (::ioctl(fd.get(), TUNSETIFF, &request) != 0) throw sdk::os_error("make the tap " + name);
    return fd;
}

}  // namespace runphi::qemu
