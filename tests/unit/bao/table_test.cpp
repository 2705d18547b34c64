// SPDX-License-Identifier: Apache-2.0
#include "plugins/bao/slots/table.hpp"

#include <functional>

#include "support/folder.hpp"
#include "unit/bao/support.hpp"

namespace bao_test {
namespace {

// The text with the first `from` replaced; its hash is not its own any more.
std::string changed(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return at == text.npos ? text : text.replace(at, from.size(), to);
}

std::string refused_change(const std::string& from, const std::string& to) {
    return refusal([&] { parse_table(changed(write_table(sample()), from, to), "t"); });
}

std::string refused(const std::function<void(SlotTable&)>& change) {
    SlotTable table = sample();
    change(table);
    return refusal([&] { parse_table(write_table(table), "t"); });
}

TEST(SlotTableTest, ComesBackAsItWas) {
    const phi::test::Folder folder;
    const SlotTable table = sample();
    EXPECT_EQ(parse_table(write_table(table), "t"), table);
    EXPECT_EQ(read_table(folder.write("slots.json", write_table(table))), table);
    SlotTable empty = table;
    empty.slots.clear();
    empty.guests.clear();
    EXPECT_EQ(parse_table(write_table(empty), "t"), empty);
}

TEST(SlotTableTest, HashIsOfEverything) {
    const SlotTable table = sample();
    const auto differs = [&](const std::function<void(SlotTable&)>& change) {
        SlotTable other = table;
        change(other);
        EXPECT_NE(layout_hash(other), layout_hash(table));
    };
    differs([](SlotTable& t) { t.layout = "other"; });
    differs([](SlotTable& t) { t.slots[1].window.base += 0x1000; });
    differs([](SlotTable& t) { t.slots[0].devices[0].interrupts[0] = 41; });
    differs([](SlotTable& t) { t.guests[0].cpus = {4}; });
    EXPECT_TRUE(contains(refused_change("\"s1\"", "\"s2\""), "it was changed afterwards"));
}

TEST(SlotTableTest, RefusesOtherShapes) {
    EXPECT_TRUE(contains(refused_change("runphi.bao-slots/1", "runphi.bao-slots/2"),
                         "t.format: \"runphi.bao-slots/2\" is not \"runphi.bao-slots/1\""));
    EXPECT_TRUE(contains(refused_change("\"layout\"", "\"lay\""), "t.lay: unknown key"));
    EXPECT_TRUE(contains(refused_change("\"stub\"", "\"stab\""), "t.slots[0].stab: unknown key"));
    EXPECT_TRUE(contains(refused_change("\"cpus\": \"2\"", "\"cpus\": \"64\""),
                         "t.slots[0].cpus: \"64\" is no list of CPUs below 64"));
    EXPECT_TRUE(
        contains(refused_change("\"cpus\": \"2\"", "\"cpus\": \"\""), "is no list of CPUs"));
    EXPECT_TRUE(contains(refused_change("\"0x40000000\"", "\"0x40000001\""),
                         "t.slots[0].ram[0].base: 0x40000001 is not whole pages"));
    EXPECT_TRUE(contains(refused_change("\"0x2000000\"", "\"0x\""), "\"0x\" is no number"));
    EXPECT_TRUE(
        contains(refused_change("\"0x2000000\"", "0"), "t.slots[0].ram[0]: it has no size"));
    EXPECT_TRUE(contains(refused_change("\"0x2000000\"", "\"0xffffffffff000000\""),
                         "t.slots[0].ram[0]: it goes past 2^64"));
    EXPECT_TRUE(
        contains(refused_change("slot-s0.dtb", "../slot.dtb"), "is not the name of a file"));
    EXPECT_TRUE(contains(refused_change("\"mmu\"", "\"mmx\""), "neither mmu nor mpu"));
    EXPECT_TRUE(
        contains(refused_change("\"s0\"", "\"s 0\""), "t.slots[0].name: \"s 0\" is no name"));
}

TEST(SlotTableTest, RefusesWhatOverlaps) {
    EXPECT_TRUE(contains(refused([](SlotTable& t) { t.slots[1].name = "s0"; }),
                         "t: \"s0\" is there twice"));
    EXPECT_TRUE(contains(refused([](SlotTable& t) {
                             t.guests[0].cpus = {1, 3};
                         }),
                         "t: CPU 3 is \"g0\"'s and another one's, too"));
    EXPECT_TRUE(
        contains(refused([](SlotTable& t) { t.slots[0].stub.base = t.slots[0].ram[0].base; }),
                 "what it has at 0x40000000-0x41ffffff and 0x40000000-0x4001ffff overlaps"));
    EXPECT_TRUE(
        contains(refused([](SlotTable& t) { t.slots[0].window_in_slot = 0x9040000 - 0x3ff000; }),
                 "t.slots[0]: what it has at"));
}

TEST(SlotTableTest, AGuestsImageIsInItsMemory) {
    EXPECT_TRUE(contains(refused([](SlotTable& t) { t.guests[0].load += 0x1000; }),
                         "t.guests[0].load: its image at 0x80001000-0x81000fff is not at the "
                         "beginning of its memory, whole"));
    EXPECT_TRUE(contains(refused([](SlotTable& t) { t.guests[0].most = 0x10000000; }),
                         "is not at the beginning of its memory, whole"));
    EXPECT_TRUE(contains(refused([](SlotTable& t) { t.guests[0].entry = 0x7ffffffc; }),
                         "t.guests[0].entry: 0x7ffffffc is not an instruction's address in"));
    EXPECT_TRUE(contains(refused([](SlotTable& t) { t.guests[0].entry += 2; }),
                         "is not an instruction's address in"));
}

TEST(SlotTableTest, RefusesWhatIsNoTable) {
    const phi::test::Folder folder;
    EXPECT_SAYS(parse_table("[]", "t"), "t: expected an object");
    EXPECT_SAYS(parse_table("{", "t"), "t: offset 1");
    EXPECT_SAYS(read_table(folder.path() + "/none"), "no such file or directory");
    EXPECT_SAYS(read_table("/dev/zero"), "/dev/zero: larger than 4194304 bytes");
}

}  // namespace
}  // namespace bao_test
