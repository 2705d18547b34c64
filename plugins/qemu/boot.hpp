// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "command_line.hpp"

namespace runphi::qemu {

// What the plan says under parts.boot.
struct BootPart {
    enum class Method {
        kernel,   // QEMU's own loader takes the file as it is
        wrapped,  // a raw x86 binary, wrapped into an ELF file (inmate_elf.hpp)
        address,  // a raw arm64 binary, put at an address
        disk,     // the firmware boots the disk
    } method = Method::kernel;
    std::uint64_t load = 0, entry = 0;  // guest physical; of `wrapped` and `address`
    std::string cmdline;
};
BootPart read_boot(const sdk::Plan& plan);

// The images as QEMU gets them: which descriptor becomes which number in the child, and what the
// launch says about it. `owned` keeps what was made here open.
struct BootFiles {
    std::vector<runphi_fd_map> map;
    std::vector<sdk::UniqueFd> owned;
};
BootFiles prepare_boot(const sdk::Plan& plan, const std::vector<sdk::Image>& images,
                       Launch& launch);

}  // namespace runphi::qemu
