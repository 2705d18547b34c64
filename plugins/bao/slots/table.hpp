// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a Bao machine was laid out with: `runphi bao layout` writes it as slots.json (docs/bao.md),
// the backend on the machine reads it. All addresses are bytes; an IPA is an address as a VM sees
// it, interrupts are INTIDs of the GIC (an SPI's number + 32).
namespace runphi::bao {

inline constexpr std::string_view table_format = "runphi.bao-slots/1";
inline constexpr std::size_t most_slots = 15;  // and the root VM: VMs of which Bao's channels know

// How far behind its beginning the image of a guest may be entered: one that waits is not longer.
inline constexpr std::uint64_t most_guest_entry = 2U << 20;

// Memory of a VM.
struct Range {
    std::uint64_t base = 0;  // IPA
    std::uint64_t size = 0;  // whole pages, unless said otherwise; not 0

    bool operator==(const Range&) const = default;
};

// A device that a VM has to itself.
struct SlotDevice {
    std::string name;                       // the board's
    std::vector<std::string> compatible;    // for the VM's device tree; empty: it is not in it
    std::vector<Range> registers;           // as the VM sees them; not always whole pages
    std::vector<std::uint32_t> interrupts;  // as the VM sees them, which is as the machine does
    bool dma = false;  // it can go on writing to memory when what drove it has ended

    bool operator==(const SlotDevice&) const = default;
};

// Shared memory between VMs.
struct SlotChannel {
    std::string name;
    Range range;                     // as this VM sees it
    std::uint32_t interrupt = 0;     // by which this VM hears the others' doorbell; 0: none
    std::uint32_t index = 0;         // this VM's number for it: x1 of Bao's hypercall HC_IPC
    std::vector<std::string> peers;  // the other VMs: "root", or the name of a slot or guest

    bool operator==(const SlotChannel&) const = default;
};

// The interrupt controller that a VM sees.
struct SlotGic {
    unsigned version = 3;                       // 2 or 3
    std::uint64_t distributor = 0, second = 0;  // of 2 the CPU interface, of 3 the redistributors

    bool operator==(const SlotGic&) const = default;
};

// What slots and guests have in common: a VM that is not the root's.
struct Vm {
    std::string name;
    // Physical CPUs as Bao counts them, ascending; the VM has one virtual one for each, counted
    // from 0.
    std::vector<unsigned> cpus;
    std::vector<Range> ram;  // what runs in it is linked and loaded to there; 1 to 4 pieces
    std::vector<SlotDevice> devices;
    std::vector<SlotChannel> channels;
    SlotGic gic;
    std::uint32_t timer_interrupt = 27;  // of the virtual timer: a PPI
    // The name of a file beside the table: a flattened device tree of the VM, without a kernel's
    // parameters and initrd in /chosen.
    std::string device_tree;
    std::string device_tree_hash;  // hash_text() of the file

    bool operator==(const Vm&) const = default;
};

// A VM in which the slot stub waits for something to run.
struct Slot : Vm {
    Range window;  // guest/slot/slot_window.h, as the root VM sees it: where, the device tree says
    std::uint64_t window_in_slot = 0;  // its IPA in the slot
    // INTIDs by which the slot and the root hear each other's doorbell at the window; 0: none, both
    // poll.
    std::uint32_t doorbell = 0, root_doorbell = 0;
    Range stub;  // the memory that the stub runs in; no guest may be loaded there

    bool operator==(const Slot&) const = default;
};

// A VM that has a guest from the machine's boot on: what runs in it changes only at the next one.
struct Guest : Vm {
    std::string image;        // the file of the boot medium that the boot loader loads
    std::uint64_t load = 0;   // physical address at which Bao expects it
    std::uint64_t most = 0;   // bytes that it may have
    std::uint64_t entry = 0;  // IPA

    bool operator==(const Guest&) const = default;
};

struct SlotTable {
    std::string layout;       // the layout's name
    std::string bao;          // release of Bao that it was written for: "v2.0.0"
    std::string profile;      // "mmu", or "mpu": all addresses are physical ones
    std::vector<Slot> slots;  // names are unique among slots and guests
    std::vector<Guest> guests;

    bool operator==(const SlotTable&) const = default;
};

// Names all that is in the table: the device tree of the root VM has it, so that a table of another
// layout is not taken for this one's.
std::string layout_hash(const SlotTable& table);

// slots.json: the table and its hash.
std::string write_table(const SlotTable& table);

// Throws Error(invalid) that names the place: unknown or missing keys, values out of range, memory
// of one VM that overlaps, a CPU or a name twice, a hash that is not the table's.
SlotTable parse_table(std::string_view text, const std::string& what);
// From a file; at most 4 MiB.
SlotTable read_table(const std::string& path);

}  // namespace runphi::bao
