// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::sdk {

struct Region {
    std::string pool;  // of memory; empty for others
    std::uint64_t base = 0;
    std::uint64_t size = 0;  // bytes
};

struct ChannelGrant {
    std::string name;
    std::uint64_t peer = 0;  // which end
    std::uint64_t size = 0;  // bytes
};

// An interface of the container's network namespace, which the guest is to have instead. Its
// addresses and routes are the guest's to set up: phi-init finds them in the initramfs, and others
// are reached through root().
struct NetworkInterface {
    std::string name;
    std::string mac;  // "02:42:ac:11:00:02"
    std::uint64_t mtu = 1500;
};

// A network namespace. It is this one as long as device and inode of what the path leads to are
// these; afterwards another path may lead to it.
struct NetworkNamespace {
    std::string path;
    std::uint64_t device = 0, inode = 0;
};

struct PlannedImage {
    std::string role;
    std::string path;  // in the image; empty for what the core made
    std::uint64_t length = 0;
    // Of a disk:
    std::string format;     // "raw", "qcow2"; never to be probed
    std::string bus;        // "virtio", "ahci"
    bool writable = false;  // its descriptor can be written too
};

// A directory tree of the host that the guest finds under its tag. Only a process that is spawned
// with SpawnRequest::with_shares sees it.
struct SharedTree {
    std::string tag;
    std::string dir;  // absolute
};

// The plan (schema/plan.json) as far as backends need it. What it does not name is reached through
// root().
struct Plan {
    explicit Plan(std::string_view text);
    Plan(Plan&&) noexcept;
    Plan& operator=(Plan&&) noexcept;
    ~Plan();

    Json root() const { return document.root(); }
    // What this backend's stage wrote; nullopt if it wrote nothing, or has not run yet.
    std::optional<Json> part(std::string_view stage) const;
    std::uint64_t memory_size() const;

    JsonDocument document;
    std::string id;         // of the container
    std::string partition;  // the hypervisor's name for it
    std::string arch;       // of the guest: "x86_64", "aarch64"
    std::string kind;       // "inmate", "linux", "kernel"

    // grant
    std::uint64_t cpu_count = 1;
    std::vector<std::uint64_t> cpus;  // that it owns, or is pinned to; empty: any
    std::vector<Region> memory;
    std::vector<std::string> devices;
    std::vector<Region> iomems;
    std::vector<std::uint64_t> irqs;
    std::vector<ChannelGrant> channels;

    // network; all are empty until create, and for a partition without one
    std::vector<NetworkInterface> interfaces;
    std::optional<NetworkNamespace> network_namespace;
    // Name servers on loopback addresses of the namespace, IPv4. They must get the answers of those
    // that they ask.
    std::vector<std::string> resolvers;

    // boot
    std::string cmdline;
    std::optional<std::uint64_t> load_address, entry_address;  // guest physical
    std::vector<PlannedImage> images;

    std::vector<SharedTree> shares;  // empty unless the backend has RUNPHI_CAP_SHARE

  private:
    void read_grant(const Json& grant);
    void read_network(const Json& network);
    void read_boot(const Json& boot);
};

}  // namespace runphi::sdk

#ifndef RUNPHI_SDK_COMPILED
#include <runphi/sdk/bodies/plan.hpp>
#endif
