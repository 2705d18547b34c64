// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

// A domain as it is to be made, without libxl. The resource managers write its parts into the plan
// (plan.parts.STAGE has what the struct of the stage has); ID.cfg (config_text.hpp) and what the
// helper hands to libxl both come from here.
namespace runphi::xen {

// Of a domain, as the scheduler of its CPU pool takes them; what is not there is the scheduler's
// own. Another scheduler than `scheduler` is refused when the domain is made.
struct Scheduling {
    std::string scheduler;           // "credit", "credit2", "rtds", "null", "arinc653"; empty: any
    std::optional<unsigned> weight;  // credit, credit2: 1 to 65535
    std::optional<unsigned> cap;     // credit, credit2: hundredths of one CPU
    std::optional<unsigned> period;  // rtds: microseconds
    std::optional<unsigned> budget;  // rtds: microseconds in each period
};

struct CpuPart {
    unsigned vcpus = 1;
    // The machine's CPUs that each virtual CPU may run on; empty: any.
    std::vector<std::vector<unsigned>> affinity;
    std::string pool;  // name of a CPU pool; empty: the one that has these CPUs
    Scheduling scheduling;
};

struct MemPart {
    std::uint64_t kib = 0;  // whole pages; all of it from the beginning, and never more or less
};

// Of the machine's addresses, in pages of 4 KiB whatever the page size is.
struct PageRange {
    std::uint64_t first = 0, count = 0;
    std::uint64_t guest_first = 0;  // where the guest sees it
};

struct DevPart {
    std::vector<PageRange> iomem;
    std::vector<unsigned> irqs;       // on Arm as the GIC counts, SPI + 32; else GSIs
    std::vector<std::string> dtdevs;  // paths of the device tree whose DMA the SMMU confines
    std::string device_tree;          // path of the partial device tree; empty: none
    // The devices that have a node in the machine's device tree, with their own interrupts.
    struct Node {
        std::string path;
        std::vector<unsigned> irqs;
    };
    std::vector<Node> nodes;
};

// Of a bridge of dom0, or of an interface of the container's.
struct Vif {
    std::string mac;
    std::string bridge;
    std::string device;  // the name of the end in dom0, in the container's network namespace
    std::string script;  // path of what libxl runs for it; empty: Xen's own, for bridges
};

struct NetPart {
    std::vector<Vif> vifs;
};
// Some go into the container's network namespace.
bool has_container_vifs(const NetPart& net);

// Shared memory of the board: each end has these pages.
struct CommPart {
    bool vuart = false;  // the domain has an emulated PL011 (Arm)
    // There is an agent's channel: that PL011, which else is a console, or a second console.
    bool agent = false;
    std::vector<PageRange> channels;
};

struct BootPart {
    bool inmate = false;  // ends by a line on its console, if it tells a status
    std::string cmdline;
    // Of a raw inmate, which gets a header of its own in front (image.hpp): where its first byte
    // and its entry lie in the guest.
    struct Raw {
        std::uint64_t load = 0, entry = 0;
    };
    std::optional<Raw> raw;
};

// The first disk, xvda.
struct Disk {
    std::string device;  // path of the block device
    std::string script;  // as of a vif
    bool writable = false;
};

struct DomainConfig {
    std::string name, uuid;  // identity.hpp
    bool pv = false;
    CpuPart cpu;
    MemPart mem;
    DevPart dev;
    NetPart net;
    CommPart comm;
    BootPart boot;
    std::optional<Disk> disk;
    // Paths, as libxl is given them. `kernel` is there always, the others may be empty.
    std::string kernel, ramdisk, device_tree;
};

// Each as plan.parts.STAGE has it. The readers throw Error(invalid) that names the place.
std::string write_part(const CpuPart& part);
std::string write_part(const MemPart& part);
std::string write_part(const DevPart& part);
std::string write_part(const NetPart& part);
std::string write_part(const CommPart& part);
std::string write_part(const BootPart& part);
CpuPart read_cpu(const sdk::Json& part);
MemPart read_mem(const sdk::Json& part);
DevPart read_dev(const sdk::Json& part);
NetPart read_net(const sdk::Json& part);
CommPart read_comm(const sdk::Json& part);
BootPart read_boot(const sdk::Json& part);

// All parts of a plan; the paths and the rest are empty. Throws if one is missing that must be.
DomainConfig read_parts(const sdk::Plan& plan);

// For the helper.
std::string write_domain(const DomainConfig& domain);
DomainConfig read_domain(std::string_view json);

}  // namespace runphi::xen
