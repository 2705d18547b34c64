// SPDX-License-Identifier: Apache-2.0
// What a slot's memory is filled with.
#include "plugins/bao/guest/boot_image.hpp"

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
        const Plan plan(R"({"id": "c", "partition": "c", "arch": ")" + arch + R"(", "kind": ")" +
                        kind +
                        R"(", "grant": {"cpus": [], "cpu_count": 1, "memory": [], "devices": [],
            "iomems": [], "irqs": [], "channels": []}, "boot": {"images": [])" +
                        boot + "}}");
        return BootImage(slot_, plan, images_, folder_.path());
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
    EXPECT_SAYS(made("inmate", here, R"(, "load_address": 4096)"), "slot \"s0\" has memory at");
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

}  // namespace
}  // namespace bao_test
