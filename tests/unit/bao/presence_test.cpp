// SPDX-License-Identifier: Apache-2.0
#include "plugins/bao/presence/presence.hpp"

#include "support/folder.hpp"
#include "unit/bao/support.hpp"

namespace bao_test {
namespace {

std::string cells(std::initializer_list<std::uint64_t> pairs) {
    std::string out;
    for (const std::uint64_t value : pairs) {
        for (int shift = 56; shift >= 0; shift -= 8)
            out += static_cast<char>(value >> shift & 0xff);
    }
    return out;
}

std::string text(const std::string& value) {
    return value + std::string(1, '\0');
}

// A root VM's device tree as Linux shows it, and the table beside it.
class PresenceTest : public testing::Test {
  protected:
    PresenceTest() {
        settings_.device_tree = folder_.path() + "/tree";
        settings_.slots = folder_.path() + "/slots.json";
        put("#address-cells", std::string("\0\0\0\2", 4));
        put("#size-cells", std::string("\0\0\0\2", 4));
        put("cpus/cpu@0/device_type", text("cpu"));
    }
    void put(const std::string& path, const std::string& bytes) {
        folder_.write("tree/" + path, bytes);
    }
    void put_layout(const SlotTable& table) {
        put("runphi-bao/compatible", text("runphi,bao"));
        put("runphi-bao/layout", text(table.layout));
        put("runphi-bao/layout-hash", text(layout_hash(table)));
        put("runphi-bao/bao-version", text(table.bao));
        for (const Slot& one : table.slots) put_window(one.name, one.window.base, one.window.size);
    }
    void put_window(const std::string& slot, std::uint64_t base, std::uint64_t size) {
        const std::string node = "window-" + slot + "/";
        put(node + "compatible", text("bao,ipcshmem"));
        put(node + "runphi,slot", text(slot));
        put(node + "reg", cells({base, size}));
    }
    void put_table(const SlotTable& table) { folder_.write("slots.json", write_table(table)); }

    phi::test::Folder folder_;
    Settings settings_;
};

TEST_F(PresenceTest, AMachineWithoutBao) {
    const Presence found = look_for_bao(settings_);
    EXPECT_FALSE(found.bao);
    EXPECT_EQ(found.reason, settings_.device_tree + " has no node of Bao");
    settings_.device_tree = folder_.path() + "/none";
    EXPECT_EQ(look_for_bao(settings_).reason,
              settings_.device_tree + ": this machine has no device tree");
}

TEST_F(PresenceTest, SomebodyElsesLayout) {
    put("soc/ipc/compatible", text("bao,ipcshmem"));
    const Presence found = look_for_bao(settings_);
    EXPECT_TRUE(found.bao);
    EXPECT_FALSE(found.laid_out);
    EXPECT_SAYS(Node::read(settings_), "it was not laid out by runphi bao layout");
    put("soc/ipc/compatible", text("bao,io-dispatcher"));
    EXPECT_TRUE(look_for_bao(settings_).bao);
}

TEST_F(PresenceTest, ALayoutAndItsTable) {
    put_layout(sample());
    put_table(sample());
    const Node node = Node::read(settings_);
    EXPECT_EQ(node.table, sample());
    EXPECT_EQ(node.presence.version, "v2.0.0");
    EXPECT_EQ(node.presence.reason, "Bao v2.0.0, layout \"lab\" in the device tree");
    ASSERT_EQ(node.presence.shared.size(), 2U);
    EXPECT_EQ(node.presence.shared[1].slot, "s1");
    EXPECT_EQ(node.presence.shared[1].where, runphi::common::extent_of(0xf0400000, 0x400000));
}

TEST_F(PresenceTest, ATableOfAnotherLayout) {
    put_layout(sample());
    EXPECT_SAYS(Node::read(settings_), "slots.json: no such file or directory");
    SlotTable other = sample();
    other.slots[0].ram[0].size *= 2;
    put_table(other);
    EXPECT_SAYS(Node::read(settings_), "and this machine was booted with \"lab\" (");
}

TEST_F(PresenceTest, WindowsAreTheDeviceTrees) {
    put_layout(sample());
    put_table(sample());
    put_window("s1", 0xf0400000, 0x200000);
    EXPECT_SAYS(Node::read(settings_),
                "the window of slot \"s1\" is at 0xf0400000-0xf05fffff in the device tree, and at "
                "0xf0400000-0xf07fffff in the slot table");
    put("window-s1/runphi,slot", text("s7"));
    EXPECT_SAYS(Node::read(settings_), "the device tree has no window of slot \"s1\"");
}

TEST(BaoSettings, AreStrict) {
    EXPECT_EQ(Settings::parse("{}").slots, "/etc/runphi/bao/slots.json");
    EXPECT_EQ(Settings::parse(R"({"slots": "/x"})").slots, "/x");
    EXPECT_SAYS(Settings::parse(R"({"slots": "x"})"),
                "backend_settings.bao.slots: \"x\" is not an absolute path");
    EXPECT_SAYS(Settings::parse(R"({"slot": "/x"})"), "backend_settings.bao.slot: unknown key");
}

}  // namespace
}  // namespace bao_test
