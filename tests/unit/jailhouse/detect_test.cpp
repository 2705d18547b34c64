// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/format/detect.hpp"

#include "plugins/jailhouse/format/write.hpp"
#include "unit/jailhouse/hex_text.hpp"
#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

std::string refused(const std::string& bytes) {
    return refusal([&] { detect(bytes, "x.cell"); });
}

TEST(Detect, WhatIsNoConfiguration) {
    const std::string end = ": no Jailhouse configuration (JHCLL, JHCELL, JHSYS or JHSYST)";
    EXPECT_EQ(refused(""), "x.cell: it begins with \"\"" + end);
    EXPECT_EQ(refused("JHCLL"), "x.cell: it begins with \"JHCLL\"" + end);
    EXPECT_EQ(refused("\x7f"
                      "ELF\"\n\x80 and more"),
              "x.cell: it begins with \".ELF....\"" + end);
}

TEST(Detect, Revision) {
    EXPECT_EQ(refused(patched(golden("cell-master"), 6, {15})),
              "x.cell: revision at offset 6: 15, expected 14 with this signature: made for another "
              "Jailhouse");
    EXPECT_EQ(refused(patched(golden("system-v0.12"), 6, {0, 1})),
              "x.cell: revision at offset 6: 256, expected 12 or 13 with this signature: made for "
              "another Jailhouse");
}

TEST(Detect, LengthNamesWhatEveryLayoutWouldHave) {
    std::string bytes = golden("cell-master");
    bytes.pop_back();
    EXPECT_EQ(refused(bytes),
              "x.cell: the file has 455 bytes, and its own counts make another length in every "
              "layout that it could have: master 456, omnivisor-1 1311347, omnivisor 66263335");
    EXPECT_EQ(refused(std::string("JHCLL\x02\x0e\x00", 8)),
              "x.cell: the file has 8 bytes, and its own counts make another length in every "
              "layout that it could have: master at least 132, omnivisor-1 at least 140, "
              "omnivisor at least 152");
}

// The counts at 0x34: 0xffffffff regions.
TEST(Detect, HugeCountsAreOnlyNumbers) {
    const std::string bytes = patched(golden("cell-master"), 0x34, {0xff, 0xff, 0xff, 0xff});
    EXPECT_NE(refused(bytes).find("master 137438953672"), std::string::npos) << refused(bytes);
}

TEST(Detect, SizeOfTheFileIsBounded) {
    EXPECT_EQ(refused(std::string(max_file_size + 1, 'J')),
              "x.cell: 1048577 bytes; no Jailhouse configuration has more than 1048576");
}

// Four regions here are a set of four bytes there, and the first interrupt the number of stream
// ids.
TEST(Detect, TwoLayoutsWithTheSameLength) {
    Cell cell;
    cell.regions.resize(4);
    cell.vpci_irq_base = 29;
    EXPECT_EQ(refused(write_cell(cell, Layout::master)),
              "x.cell: the file has 260 bytes, which fits more than one layout: master 260, "
              "omnivisor-1 260");
}

TEST(Detect, ClaimedSizeNeedsAHeader) {
    const Format cell{Kind::cell, Layout::omnivisor};
    EXPECT_EQ(claimed_size(std::string(151, '\0'), cell), std::nullopt);
    EXPECT_EQ(claimed_size(std::string(152, '\0'), cell), 152);
    const Format system{Kind::system, Layout::omnivisor};
    EXPECT_EQ(claimed_size(std::string(644, '\0'), system), std::nullopt);
    EXPECT_EQ(claimed_size(std::string(645, '\0'), system), 645);
}

TEST(Detect, LayoutsHaveNames) {
    for (const Layout layout : all_layouts) EXPECT_EQ(layout_of(to_string(layout)), layout);
    EXPECT_EQ(layout_of("Master"), std::nullopt);
    EXPECT_EQ(layout_of(""), std::nullopt);
}

}  // namespace
}  // namespace jailhouse_test
