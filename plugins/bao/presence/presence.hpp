// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "../../common/extent.hpp"
#include "../settings.hpp"
#include "../slots/table.hpp"

namespace runphi::bao {

// Names in the root VM's device tree: Bao itself puts nothing there, so what is there was laid out.
namespace tree {
inline constexpr const char* layout_node = "runphi-bao";          // below the root
inline constexpr const char* layout_compatible = "runphi,bao";    // ours: the layout and its hash
inline constexpr const char* memory_compatible = "bao,ipcshmem";  // of Bao's Linux drivers
inline constexpr const char* dispatcher_compatible = "bao,io-dispatcher";  // the same
inline constexpr const char* virtio_compatible = "virtio,mmio";            // of Linux' VirtIO
inline constexpr const char* layout_name = "layout";                       // "qemu-arm64"
inline constexpr const char* layout_hash = "layout-hash";  // layout_hash() of the slot table
inline constexpr const char* bao_version = "bao-version";
inline constexpr const char* window_slot = "runphi,slot";  // whose window a bao,ipcshmem node is
inline constexpr const char* channel = "runphi,channel";   // which channel it is
}  // namespace tree

// Memory that the device tree says is shared with another VM.
struct SharedMemory {
    std::string slot, channel;  // one of them is empty
    common::Extent where;       // physical, as Linux counts
};

// What the device tree says of Bao.
struct Presence {
    bool bao = false;       // something of Bao is in it
    bool laid_out = false;  // with a node of ours
    std::string version;    // of Bao, as laid out for: "v2.0.0"
    std::string layout, hash;
    std::vector<SharedMemory> shared;
    std::string reason;  // what was looked at and found
};

// Reads the device tree only; nothing of Bao can be asked from a process.
Presence look_for_bao(const Settings& settings);

// A machine with slots: the device tree, and the table that goes with it. The addresses of the
// slots' windows are the device tree's, and the table says the same.
struct Node {
    Presence presence;
    SlotTable table;

    // Throws Error that says what is missing or does not fit, and what to do.
    static Node read(const Settings& settings);
};

}  // namespace runphi::bao
