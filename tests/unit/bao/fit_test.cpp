// SPDX-License-Identifier: Apache-2.0
// Which slots a container may have, and what the refusals say.
#include "plugins/bao/slots/fit.hpp"

#include "unit/bao/support.hpp"

namespace bao_test {
namespace {

// What a plan was granted, of which a slot must have all.
struct Granted {
    std::string cpus = "[]", devices = "[]", iomems = "[]", irqs = "[]", channels = "[]";
    unsigned cpu_count = 1;
    std::uint64_t memory = 0x1000000;

    runphi::sdk::Plan plan() const {
        return runphi::sdk::Plan(
            R"({"id": "c", "partition": "c", "arch": "aarch64", "kind": "inmate", "grant": {"cpus": )" +
            cpus + R"(, "cpu_count": )" + std::to_string(cpu_count) +
            R"(, "memory": [{"pool": "slots", "base": 0, "size": )" + std::to_string(memory) +
            R"(}], "devices": )" + devices + R"(, "iomems": )" + iomems + R"(, "irqs": )" + irqs +
            R"(, "channels": )" + channels + R"(}, "boot": {"images": []}})");
    }
};

template <typename V>
std::vector<std::string> names(const std::vector<V>& vms) {
    std::vector<std::string> out;
    for (const V& one : vms) out.push_back(one.name);
    return out;
}

// s0: 32 MiB, CPU 2, uart1 and the channel "link"; s1: 128 MiB, CPUs 3 and 6.
SlotTable two_slots() {
    SlotTable out = sample();
    out.slots[1].ram = {{0x40000000, 0x4000000}, {0x60000000, 0x4000000}};
    out.slots[1].cpus = {3, 6};
    return out;
}

std::vector<std::string> fits(const Granted& granted) {
    return names(fitting_vms(two_slots(), granted.plan()).slots);
}

using Names = std::vector<std::string>;

TEST(FitTest, TheSmallestComesFirst) {
    EXPECT_EQ(fits({}), (Names{"s0", "s1"}));
    SlotTable turned = two_slots();
    std::swap(turned.slots[0], turned.slots[1]);
    EXPECT_EQ(names(fitting_vms(turned, Granted().plan()).slots), (Names{"s0", "s1"}));
}

TEST(FitTest, MemoryAndCpus) {
    Granted wants;
    wants.memory = 0x2000000;
    EXPECT_EQ(fits(wants), (Names{"s0", "s1"}));
    wants.memory += 0x1000;
    EXPECT_EQ(fits(wants), (Names{"s1"}));
    wants = {};
    wants.cpu_count = 2;
    EXPECT_EQ(fits(wants), (Names{"s1"}));
    wants = {};
    wants.cpus = "[6]";
    EXPECT_EQ(fits(wants), (Names{"s1"}));
}

TEST(FitTest, DevicesAndChannels) {
    Granted wants;
    wants.devices = R"(["uart1"])";
    EXPECT_EQ(fits(wants), (Names{"s0"}));
    wants = {};
    wants.irqs = "[40]";
    EXPECT_EQ(fits(wants), (Names{"s0"}));
    wants = {};
    wants.iomems = R"([{"base": 151257088, "size": 4096}])";
    EXPECT_EQ(fits(wants), (Names{"s0"})) << "0x9040000";
    wants.iomems = R"([{"base": 151257088, "size": 4097}])";
    EXPECT_SAYS(fits(wants), "has no device with the registers");
    wants = {};
    wants.channels = R"([{"name": "link", "peer": 0, "size": 65536}])";
    EXPECT_EQ(fits(wants), (Names{"s0"}));
}

// Of each slot what it misses.
TEST(FitTest, RefusalsNameEverySlot) {
    Granted wants;
    wants.devices = R"(["uart1"])";
    wants.cpu_count = 2;
    EXPECT_SAYS(fits(wants),
                "no slot of layout \"lab\" fits: slot \"s0\" has CPUs 2, and the container wants 2 "
                "of them; slot \"s1\" has not the device \"uart1\"");
    wants = {};
    wants.memory = 0x10000000;
    EXPECT_SAYS(fits(wants), "slot \"s1\" has 128 MiB of memory, and the container wants 256 MiB");
    wants = {};
    wants.channels = R"([{"name": "other", "peer": 0, "size": 65536}])";
    EXPECT_SAYS(fits(wants), "slot \"s1\" has no end of the channel \"other\"");
    EXPECT_SAYS(fits(wants), "guest \"g0\" has no end of the channel \"other\"");
    SlotTable none = two_slots();
    none.slots.clear();
    none.guests.clear();
    EXPECT_SAYS(fitting_vms(none, Granted().plan()), "layout \"lab\" has no slot");
}

// A guest is booted with the machine: whoever uses it must look there.
TEST(FitTest, GuestsAreThereBesideSlots) {
    Granted wants;
    EXPECT_EQ(names(fitting_vms(two_slots(), wants.plan()).guests), (Names{"g0"}));
    wants.cpus = "[4, 5]";
    wants.cpu_count = 2;
    EXPECT_TRUE(fits(wants).empty());
    EXPECT_EQ(names(fitting_vms(two_slots(), wants.plan()).guests), (Names{"g0"}));
}

}  // namespace
}  // namespace bao_test
