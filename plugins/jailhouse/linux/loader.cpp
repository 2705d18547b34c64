// SPDX-License-Identifier: Apache-2.0
#include "loader.hpp"

#include <endian.h>

#include <cstring>
#include <runphi/sdk.hpp>

#ifdef RUNPHI_HAVE_LOADERS
#include "guest/loaders/aarch64/linux.h"
#include "guest/loaders/loaders.h"
#endif

namespace runphi::jailhouse {

#ifdef RUNPHI_HAVE_LOADERS

bool has_linux_loader() {
    return true;
}

std::string linux_loader(std::uint64_t kernel, std::uint64_t device_tree) {
    std::string out(runphi_loader_linux_aarch64, runphi_loader_linux_aarch64_end);
    const std::uint64_t parameters[] = {htole64(kernel), htole64(device_tree)};
    std::memcpy(&out.at(RUNPHI_LINUX_LOADER_PARAMETERS), parameters, sizeof parameters);
    return out;
}

#else

bool has_linux_loader() {
    return false;
}

std::string linux_loader(std::uint64_t, std::uint64_t) {
    throw sdk::Error(sdk::Code::unsupported,
                     "this runphi was built without a compiler for arm64, and so has no loader for "
                     "Linux in a cell");
}

#endif

}  // namespace runphi::jailhouse
