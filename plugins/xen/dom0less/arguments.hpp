// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// `runphi xen dom0less`: containers that Xen itself starts at boot, without a toolstack.
namespace runphi::xen::dom0less {

extern const char* const usage;

// How the U-Boot script loads a file, without address and name.
inline constexpr const char* usual_load = "load ${devtype} ${devnum}:${distro_bootpart}";

struct Arguments {
    struct Container {
        std::string id, bundle;
    };
    std::vector<Container> containers;
    std::string folder;                         // -o
    std::string board_tree;                     // --dtb; empty: what is written is an overlay
    std::string xen;                            // --xen: its Image; empty: somebody else loads it
    std::optional<std::string> xen_parameters;  // --xen-args
    std::uint64_t load_address = 0;             // --load-address, of the machine
    std::optional<std::uint64_t> load_size;     // --load-size, bytes
    std::string load = usual_load;              // --load-command
    bool static_memory = false, direct_map = false;
};

// The words behind "dom0less". Throws Error(invalid) that names the word.
Arguments parse(const std::vector<std::string>& words);

}  // namespace runphi::xen::dom0less
