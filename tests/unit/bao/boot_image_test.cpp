// SPDX-License-Identifier: Apache-2.0
// What a slot's memory is filled with.
#include "plugins/bao/guest/staged_image.hpp"

#include <fcntl.h>
#include <libfdt.h>

#include "plugins/bao/slots/amount.hpp"
#include "plugins/common/fdt_writer.hpp"
#include "support/folder.hpp"
#include "unit/bao/support.hpp"
#include "unit/jailhouse/linux/images.hpp"

namespace bao_test {
namespace {

using runphi::sdk::Image;
using runphi::sdk::Plan;

#if defined(__aarch64__)
constexpr const char* here = "aarch64";
#else
constexpr const char* here = "x86_64";
#endif

class BootImageTest : public testing::Test {
  protected:
    BootImageTest() {
        runphi::common::FdtWriter tree(4096);
        tree.node("", [&] {
            tree.cells("#address-cells", {2});
            tree.cells("#size-cells", {2});
            tree.node("memory@0", [&] { tree.text("device_type", "memory"); });
            tree.node("chosen", [] {});
        });
        tree_ = tree.finish();
        folder_.write(slot_.device_tree, tree_);
        slot_.device_tree_hash = hash_text(tree_);
    }
    // An image of the role with these bytes.
    void add(const std::string& role, const std::string& bytes) {
        const std::string path = folder_.write(role, bytes);
        files_.emplace_back(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        images_.push_back({role, files_.back().get(), bytes.size()});
    }
    BootImage made(const std::string& kind, const std::string& arch, const std::string& boot = "") {
        return of(target_of(slot_), kind, arch, boot);
    }
    BootImage of(const BootTarget& target, const std::string& kind, const std::string& arch,
                 const std::string& boot = "") {
        const Plan plan(R"({"id": "c", "partition": "c", "arch": ")" + arch + R"(", "kind": ")" +
                        kind +
                        R"(", "grant": {"cpus": [], "cpu_count": 1, "memory": [], "devices": [],
            "iomems": [], "irqs": [], "channels": []}, "boot": {"images": [])" +
                        boot + "}}");
        return BootImage(target, plan, images_, folder_.path());
    }

    phi::test::Folder folder_;
    std::string tree_;
    Slot slot_ = sample().slots[0];
    std::vector<Image> images_;
    std::vector<runphi::sdk::UniqueFd> files_;
};

TEST_F(BootImageTest, RawInmateAtTheBeginningOfTheMemory) {
    add("inmate", "instructions");
    const BootImage image = made("inmate", here);
    ASSERT_EQ(image.loads().size(), 1U);
    EXPECT_EQ(image.loads()[0].target, 0x40000000U);
    EXPECT_EQ(std::string(image.loads()[0].data, image.loads()[0].size), "instructions");
    EXPECT_EQ(image.entry(), 0x40000000U);
    EXPECT_EQ(image.argument(), slot_.window_in_slot);
}

TEST_F(BootImageTest, InmateElsewhereMustBeInTheMemory) {
    add("inmate", "instructions");
    EXPECT_EQ(made("inmate", here, R"(, "load_address": 1075838976)").entry(), 0x40200000U);
    EXPECT_SAYS(made("inmate", here, R"(, "load_address": 4096)"),
                "slot \"s0\" has memory for it at");
    EXPECT_SAYS(made("inmate", here, R"(, "load_address": 1107296250)"), "the image goes to");
    EXPECT_SAYS(made("inmate", "riscv64"), "this machine's slots are for");
}

TEST_F(BootImageTest, LinuxFindsItsChannelInTheDeviceTree) {
    add("kernel", jailhouse_test::kernel_image(0x400000));
    add("initrd", std::string(5000, 'i'));
    const BootImage image = made("linux", "aarch64", R"(, "cmdline": "quiet")");
    ASSERT_EQ(image.loads().size(), 3U);
    EXPECT_EQ(image.entry(), 0x40000000U);
    EXPECT_EQ(image.loads()[0].target, image.entry());
    EXPECT_EQ(image.loads()[2].target, image.argument());
    const char* tree = image.loads()[2].data;
    ASSERT_EQ(fdt_check_full(tree, image.loads()[2].size), 0);
    const int chosen = fdt_path_offset(tree, "/chosen");
    const std::string parameters =
        static_cast<const char*>(fdt_getprop(tree, chosen, "bootargs", nullptr));
    EXPECT_PRED2(contains, parameters, std::string("quiet"));
    EXPECT_PRED2(contains, parameters, std::string("runphi.memory=0xf0010000"));
    int length = 0;
    EXPECT_NE(fdt_getprop(tree, chosen, "rng-seed", &length), nullptr);
    EXPECT_EQ(length, 64);
    EXPECT_GE(fdt_path_offset(tree, "/memory@0"), 0) << "the layout knows what memory there is";
    EXPECT_LT(fdt_path_offset(tree, "/memory@40000000"), 0);
}

TEST_F(BootImageTest, LinuxIsToldTheWayBack) {
    add("kernel", jailhouse_test::kernel_image(0x400000));
    add("initrd", "initrd");
    BootTarget target = target_of(slot_);
    const auto told = [&](const std::string& kind) {
        const BootImage image = of(target, kind, "aarch64");
        const std::string tree(image.loads().back().data, image.loads().back().size);
        return contains(tree, "runphi.return=0x10001000");
    };
    EXPECT_FALSE(told("linux"));
    target.return_address = 0x10001000;
    EXPECT_TRUE(told("linux"));
    EXPECT_FALSE(told("kernel")) << "it is the image's own";
}

TEST_F(BootImageTest, AnImagesOwnTreeGetsTheSlotsMemory) {
    add("kernel", jailhouse_test::kernel_image(0x400000));
    add("initrd", "initrd");
    add("dtb", tree_);
    const BootImage image = made("linux", "aarch64");
    const char* tree = image.loads().back().data;
    EXPECT_GE(fdt_path_offset(tree, "/memory@40000000"), 0);
    EXPECT_LT(fdt_path_offset(tree, "/memory@0"), 0);
}

TEST_F(BootImageTest, LinuxMustFitAndItsTreeBeTheLayouts) {
    add("kernel", jailhouse_test::kernel_image(0x4000000));
    add("initrd", "initrd");
    EXPECT_SAYS(made("linux", "aarch64"), "the container has 32 MiB");
    images_.clear();
    add("kernel", jailhouse_test::kernel_image(0x400000));
    add("initrd", "initrd");
    folder_.write(slot_.device_tree, "another one");
    EXPECT_SAYS(made("linux", "aarch64"), "not the device tree that the slot table goes with");
}

// ---- of a guest, in one piece

std::string word(std::uint32_t value) {
    return {reinterpret_cast<const char*>(&value), 4};
}

TEST_F(BootImageTest, AGuestsInmateIsItsImage) {
    const Guest guest = sample().guests[0];
    add("inmate", "instructions");
    const auto staged = [&](const std::string& boot = "") {
        return staged_image(guest, of(target_of(guest), "inmate", here, boot));
    };
    EXPECT_EQ(staged(), "instructions");
    // It begins elsewhere: the first instructions go there, with x0 to x3 zero.
    const std::string moved = staged(R"(, "load_address": 2148532224)");  // 0x80100000
    ASSERT_EQ(moved.size(), 0x100000U + 12);
    EXPECT_EQ(moved.substr(0x100000), "instructions");
    EXPECT_EQ(moved.substr(0, 48), word(0xd2800000) + word(0xf2a00000) + word(0xf2c00000) +
                                       word(0xf2e00000) + word(0xd2800010) + word(0xf2b00210) +
                                       word(0xf2c00010) + word(0xf2e00010) + word(0xd2800001) +
                                       word(0xd2800002) + word(0xd2800003) + word(0xd61f0200));
    EXPECT_SAYS(staged(R"(, "load_address": 2147483656)"), "where the way there would be");
    EXPECT_SAYS(staged(R"(, "load_address": 2164260860)"), "guest \"g0\" has memory for it at");
    EXPECT_EQ(idle_image(8), std::string(8, '\0') + word(0xd503207f) + word(0x17ffffff));
}

TEST_F(BootImageTest, AGuestsLinuxIsReachedByWayOfItsEntry) {
    Guest guest = sample().guests[0];
    guest.device_tree = slot_.device_tree;
    guest.device_tree_hash = slot_.device_tree_hash;
    add("kernel", jailhouse_test::kernel_image(0x400000));
    EXPECT_SAYS(of(target_of(guest), "linux", "aarch64"), "no console to the root VM");
    const BootImage image = of(target_of(guest), "kernel", "aarch64");
    EXPECT_EQ(image.entry(), 0x80200000U) << "behind the first block";
    const std::string staged = staged_image(guest, image);
    EXPECT_EQ(staged.substr(44, 4), word(0xd61f0200));
    const BootImage again = of(target_of(guest), "kernel", "aarch64");
    EXPECT_EQ(staged_image(guest, again), staged) << "it is known by its bytes";
    EXPECT_LE(staged.size(), guest.most);
    guest.most = 0x300000;
    EXPECT_SAYS(of(target_of(guest), "kernel", "aarch64"), "the kernel needs 4 MiB");
}

}  // namespace
}  // namespace bao_test
