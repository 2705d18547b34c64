// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/format/write.hpp"

#include "plugins/jailhouse/format/detect.hpp"
#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

std::string refused(const Cell& cell, Layout layout) {
    return refusal([&] { write_cell(cell, layout); });
}
std::string refused(const System& system, Layout layout) {
    return refusal([&] { write_system(system, layout); });
}

TEST(Write, WhatTheLayoutCannotHold) {
    Cell cell = sample_cell(Layout::master);
    cell.regions[2].colors = 1;
    EXPECT_EQ(refused(cell, Layout::master),
              "mem_regions[2].colors: the layout master cannot hold this value");
    cell = sample_cell(Layout::omnivisor);
    EXPECT_EQ(refused(cell, Layout::coloured),
              "rcpu_set_size: the layout coloured has no such table");
    EXPECT_EQ(refused(cell, Layout::omnivisor_1),
              "fpga_regions_size: the layout omnivisor-1 has no such table");
}

TEST(Write, WhatTheLayoutOfASystemCannotHold) {
    System system = sample_system(Layout::coloured);
    EXPECT_EQ(refused(system, Layout::master),
              "platform_info.no_spectre_mitigation: the layout master cannot hold this value");
    system = sample_system(Layout::master);
    system.x86.tsc_khz = 1;
    EXPECT_EQ(refused(system, Layout::master),
              "platform_info.x86.tsc_khz: the layout master cannot hold this value");
    system = sample_system(Layout::master);
    system.iommu_units[3].amd.bdf = 8;
    EXPECT_EQ(refused(system, Layout::master),
              "platform_info.iommu_units[3].amd.bdf: the layout master cannot hold this value");
    system = sample_system(Layout::v0_12);
    system.root_cell.arch = Arch::x86;
    EXPECT_EQ(refused(system, Layout::v0_12),
              "root_cell.architecture: the layout v0.12 cannot hold this value");
}

TEST(Write, TextsThatDoNotFit) {
    Cell cell = sample_cell(Layout::omnivisor);
    cell.name = std::string(33, 'n');
    EXPECT_EQ(refused(cell, Layout::omnivisor),
              "cell, name: \"" + cell.name + "\" has 33 bytes, at most 32 fit");
    cell = sample_cell(Layout::omnivisor);
    cell.qos_devices[0].name = "sixteen bytes it";
    EXPECT_EQ(refused(cell, Layout::omnivisor),
              "QoS device, name: \"sixteen bytes it\" has 16 bytes, at most 15 fit");
    cell = sample_cell(Layout::omnivisor);
    cell.name = std::string("a\0b", 3);
    EXPECT_NE(refused(cell, Layout::omnivisor).find("behind the end of the text"),
              std::string::npos);
}

TEST(Write, SizeIsBounded) {
    Cell cell;
    cell.regions.resize(max_file_size / 32);
    EXPECT_EQ(refused(cell, Layout::master), "a configuration of more than 1048576 bytes");
}

}  // namespace
}  // namespace jailhouse_test
