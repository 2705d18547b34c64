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
    explicit Plan(std::string_view text) : document(text, "plan") {
        const Json plan = document.root();
        id = plan.at("id").string();
        partition = plan.at("partition").string();
        arch = plan.at("arch").string();
        kind = plan.at("kind").string();
        read_grant(plan.at("grant"));
        read_boot(plan.at("boot"));
        if (const auto network = plan.find("network")) read_network(*network);
        for (const Json& one : list(plan, "shares")) {
            shares.push_back({one.at("tag").string(), one.at("dir").string()});
        }
    }

    Json root() const { return document.root(); }
    // What this backend's stage wrote; nullopt if it wrote nothing, or has not run yet.
    std::optional<Json> part(std::string_view stage) const {
        const auto parts = root().find("parts");
        return parts ? parts->find(stage) : std::nullopt;
    }
    std::uint64_t memory_size() const {
        std::uint64_t sum = 0;
        for (const Region& region : memory) sum += region.size;
        return sum;
    }

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
    static std::vector<Json> list(const Json& object, std::string_view name) {
        const auto member = object.find(name);
        return member ? member->elements() : std::vector<Json>();
    }
    static Region region(const Json& json) {
        return {json.string_or("pool", {}), json.at("base").u64(), json.at("size").u64()};
    }
    static std::optional<std::uint64_t> address(const Json& json, std::string_view name) {
        const auto member = json.find(name);
        return member ? std::optional(member->u64()) : std::nullopt;
    }

    void read_grant(const Json& grant) {
        cpu_count = grant.at("cpu_count").u64(1, 8192);
        for (const Json& one : list(grant, "cpus")) cpus.push_back(one.u64(0, 8191));
        for (const Json& one : list(grant, "memory")) memory.push_back(region(one));
        for (const Json& one : list(grant, "devices")) devices.push_back(one.string());
        for (const Json& one : list(grant, "iomems")) iomems.push_back(region(one));
        for (const Json& one : list(grant, "irqs")) irqs.push_back(one.u64(0, UINT32_MAX));
        for (const Json& one : list(grant, "channels")) {
            channels.push_back(
                {one.at("name").string(), one.at("peer").u64(), one.at("size").u64()});
        }
    }
    void read_network(const Json& network) {
        for (const Json& one : list(network, "interfaces")) {
            interfaces.push_back({one.at("name").string(), one.at("mac").string(),
                                  one.at("mtu").u64(0, UINT32_MAX)});
        }
        for (const Json& one : list(network, "resolvers")) resolvers.push_back(one.string());
        if (const auto where = network.find("namespace")) {
            network_namespace = {where->at("path").string(), where->at("device").u64(),
                                 where->at("inode").u64()};
        }
    }
    void read_boot(const Json& boot) {
        cmdline = boot.string_or("cmdline", {});
        load_address = address(boot, "load_address");
        entry_address = address(boot, "entry_address");
        for (const Json& one : list(boot, "images")) {
            images.push_back({one.at("role").string(), one.string_or("path", {}),
                              one.at("length").u64(), one.string_or("format", {}),
                              one.string_or("bus", {}), one.boolean_or("writable", false)});
        }
    }
};

}  // namespace runphi::sdk
