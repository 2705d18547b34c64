// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "plugins/jailhouse/pools.hpp"
#include "plugins/jailhouse/settings.hpp"
#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/support.hpp"

// What the backend learns of the node: its settings, and the memory that cells may get.
namespace jailhouse_test {
namespace {

using namespace jh;
namespace flag = jh::region_flag;

// QEMU's arm64 machine as Jailhouse's own configuration has it, Linux booted with mem=768M.
constexpr const char* iomem =
    "08000000-0800ffff : GICD\n"
    "40000000-6fffffff : System RAM\n"
    "  40210000-4152ffff : Kernel code\n"
    "7fc00000-7fffffff : Jailhouse hypervisor\n";

std::vector<Extent> pools(const System& system, const char* text = iomem) {
    return free_memory(system, parse_iomem(text), {});
}

TEST(Pools, WhatLinuxLeaves) {
    EXPECT_EQ(pools(sample_system(Layout::master)),
              (std::vector<Extent>{{0x70000000, 0x7fa00000}}));
}

TEST(Pools, WithoutTheHypervisorAndSharedMemory) {
    System system = sample_system(Layout::master);
    system.root_cell.regions[1].size = 0x40000000;
    system.root_cell.regions.push_back(
        {0x75000000, 0x75000000, 0x1000, flag::read | flag::rootshared, 0});
    EXPECT_EQ(pools(system),
              (std::vector<Extent>{{0x70000000, 0x75000000}, {0x75200000, 0x7fc00000}}));
}

TEST(Pools, WithoutTheMemoryOfOthersCells) {
    Cell theirs;
    theirs.regions = {{0x72000000, 0, 0x1000, flag::read | flag::write, 0},
                      {0, 0x80000000, 0x1000, flag::read | flag::comm_region, 0}};
    EXPECT_EQ(free_memory(sample_system(Layout::master), parse_iomem(iomem), {theirs}),
              (std::vector<Extent>{{0x70000000, 0x72000000}, {0x72200000, 0x7fa00000}}));
}

// Against the plainest way to find it: page by page, on 32 units of 2 MiB.
class RandomMachine {
  public:
    explicit RandomMachine(unsigned seed) : random_(seed), free_(pages, false) {
        system_.hypervisor_memory = {0, 0, 0, 0, 0};
        for (int i = 0; i < 3; ++i) add_ram();
        for (int i = 0; i < 2; ++i)
            spoil([&](Region r) { system_.root_cell.regions.push_back(r); });
        spoil([&](Region r) { system_.hypervisor_memory = r; });
        spoil([&](Region r) { others_.emplace_back().regions = {r}; });
        spoil([&](Region r) {
            claims_.push_back({extent_of(r.phys_start, r.size), "System RAM"});
        });
        claims_.push_back({{0, pages * page}, "reserved"});
    }

    std::vector<Extent> found() const { return free_memory(system_, claims_, others_); }
    std::vector<Extent> expected() const {
        std::vector<bool> units;
        for (std::size_t unit = 0; unit < pages / unit_pages; ++unit) {
            const auto begin = free_.begin() + static_cast<std::ptrdiff_t>(unit * unit_pages);
            units.push_back(std::find(begin, begin + unit_pages, false) == begin + unit_pages);
        }
        std::vector<Extent> out;
        for (std::size_t unit = 0; unit < units.size(); ++unit) {
            const std::uint64_t first = unit * unit_pages * page;
            if (!units[unit]) continue;
            if (out.empty() || out.back().end != first) out.push_back({first, first});
            out.back().end = first + unit_pages * page;
        }
        return out;
    }

  private:
    static constexpr std::uint64_t page = 65536;
    static constexpr std::size_t unit_pages = 32, pages = 32 * unit_pages;

    Region anywhere(std::uint64_t flags, std::size_t most) {
        const std::size_t first = random_() % pages;
        const std::size_t count = std::min<std::size_t>(1 + random_() % most, pages - first);
        return {first * page, first * page, count * page, flags, 0};
    }
    void set(const Region& region, bool free) {
        for (std::size_t i = 0; i < region.size / page; ++i) {
            free_[region.phys_start / page + i] = free;
        }
    }
    void add_ram() {
        const Region ram = anywhere(flag::read | flag::write | flag::execute, pages / 2);
        system_.root_cell.regions.push_back(ram);
        set(ram, true);
    }
    template <typename Add>
    void spoil(const Add& add) {
        const Region taken = anywhere(flag::read | flag::rootshared, 3 * unit_pages);
        add(taken);
        set(taken, false);
    }

    std::mt19937 random_;
    std::vector<bool> free_;  // by page
    System system_;
    std::vector<Claim> claims_;
    std::vector<Cell> others_;
};

TEST(Pools, OfAnyMachineAreExactlyWhatNobodyHas) {
    unsigned some = 0;
    for (unsigned seed = 0; seed < 500; ++seed) {
        const RandomMachine machine(seed);
        EXPECT_EQ(machine.found(), machine.expected()) << seed;
        some += machine.expected().empty() ? 0 : 1;
    }
    EXPECT_GE(some, 400U);
}

TEST(Pools, NothingLeft) {
    EXPECT_TRUE(pools(sample_system(Layout::master), "40000000-7fffffff : System RAM\n").empty());
}

TEST(Pools, WithoutPrivilegeThereIsNone) {
    for (const char* text : {"", "00000000-00000000 : System RAM\n", "xyz : System RAM\n"}) {
        EXPECT_EQ(refusal([&] { parse_iomem(text); }),
                  "/proc/iomem does not tell what memory Linux uses: read it as root");
    }
}

TEST(Settings, DefaultsAndValues) {
    const Settings none = Settings::parse("{}");
    EXPECT_EQ(none.device, "/dev/jailhouse");
    EXPECT_EQ(none.sysfs, "/sys/devices/jailhouse");
    EXPECT_EQ(none.system, "/etc/runphi/jailhouse-system.cell");
    EXPECT_EQ(none.timeout_ms, 30'000);
    const Settings some = Settings::parse(R"({"system": "/s", "device": "/d", "timeout_ms": 500})");
    EXPECT_EQ(some.system, "/s");
    EXPECT_EQ(some.device, "/d");
    EXPECT_EQ(some.timeout_ms, 500);
    const Settings more = Settings::parse(R"({"linux_root": "/m", "cells": ["/a", "/b"]})");
    EXPECT_EQ(more.linux_root, "/m");
    EXPECT_EQ(more.machine.device_tree, "/m/sys/firmware/devicetree/base");
    EXPECT_EQ(more.cells, (std::vector<std::string>{"/a", "/b"}));
}

TEST(Settings, RefusalsNameTheKey) {
    EXPECT_EQ(refusal([] { Settings::parse(R"({"speed": 1})"); }),
              "backend_settings.jailhouse.speed: unknown key");
    EXPECT_EQ(refusal([] { Settings::parse(R"({"system": "s.cell"})"); }),
              "backend_settings.jailhouse.system: \"s.cell\" is not an absolute path");
    EXPECT_EQ(refusal([] { Settings::parse(R"({"cells": ["/a", "b"]})"); }),
              "backend_settings.jailhouse.cells[1]: \"b\" is not an absolute path");
    EXPECT_EQ(refusal([] { Settings::parse(R"({"timeout_ms": 5})"); }),
              "backend_settings.jailhouse.timeout_ms: 5 is not between 100 and 600000");
}

}  // namespace
}  // namespace jailhouse_test
