// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/format/read.hpp"

#include "plugins/jailhouse/format/write.hpp"
#include "unit/jailhouse/hex_text.hpp"
#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

std::string refused_cell(const std::string& bytes, Layout layout = Layout::master) {
    return refusal([&] { read_cell(bytes, layout, "x.cell"); });
}
std::string refused_system(const std::string& bytes, Layout layout = Layout::master) {
    return refusal([&] { read_system(bytes, layout, "s.cell"); });
}

TEST(Read, LengthMustBeExact) {
    const std::string bytes = golden("cell-master");
    EXPECT_EQ(refused_cell(bytes + '\0'),
              "x.cell: the file has 457 bytes, and a cell configuration of layout master with "
              "these counts has 456");
    EXPECT_EQ(refused_cell(bytes.substr(0, 100)),
              "x.cell: the file has 100 bytes, and a cell configuration of layout master has at "
              "least 132");
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        refused_cell(bytes.substr(0, length));
    }
}

TEST(Read, SignatureAndRevisionMustBeTheLayouts) {
    const std::string end = " is not that of a cell configuration of layout master";
    EXPECT_EQ(refused_cell(patched(golden("cell-master"), 0, {'j'})),
              "x.cell: signature or revision" + end);
    EXPECT_EQ(refused_cell(patched(golden("cell-master"), 6, {13})),
              "x.cell: signature or revision" + end);
}

TEST(Read, Architecture) {
    EXPECT_EQ(refused_cell(patched(golden("cell-master"), 5, {3})),
              "x.cell: architecture at offset 5: 3, expected 0 (x86), 1 (arm) or 2 (arm64)");
    EXPECT_EQ(read_cell(patched(golden("cell-master"), 5, {1}), Layout::master, "x").arch,
              Arch::arm);
    // The root cell is of the system's.
    EXPECT_EQ(
        read_system(patched(golden("system-master"), 5, {1}), Layout::master, "x").root_cell.arch,
        Arch::arm);
}

TEST(Read, ArchitectureOfOldFilesIsGivenOrLikely) {
    const std::string cell = golden("cell-v0.12");
    EXPECT_EQ(read_cell(cell, Layout::v0_12, "x").arch, Arch::arm64);
    EXPECT_EQ(read_cell(cell, Layout::v0_12, "x", Arch::arm).arch, Arch::arm);
    Cell x86 = sample_x86_cell();
    const std::string bytes = write_cell(x86, Layout::revision_13);
    EXPECT_EQ(read_cell(bytes, Layout::revision_13, "x"), x86);
    // What a file names, it is.
    EXPECT_EQ(read_cell(golden("cell-master"), Layout::master, "x", Arch::x86).arch, Arch::arm64);
}

TEST(Read, TextMustEndWithNothingBehindIt) {
    EXPECT_EQ(refused_cell(patched(golden("cell-master"), 0x27, {'x'})),
              "x.cell: name at offset 39: byte 0x78 behind the end of the text");
    EXPECT_EQ(
        refused_cell(patched(golden("cell-omnivisor"), 0x25a, {7}), Layout::omnivisor),
        "x.cell: remote processor 0, name at offset 602: byte 0x7 behind the end of the text");
    // All 32 bytes: the driver would cut it, and the check says so.
    Cell cell = sample_cell(Layout::master);
    cell.name = std::string(32, 'n');
    EXPECT_EQ(read_cell(write_cell(cell, Layout::master), Layout::master, "x").name, cell.name);
}

TEST(Read, PaddingMustBeZero) {
    // Of the second cache region; in a root cell; where an IOMMU has neither AMD's nor TI's part.
    Cell cell;
    cell.caches = {{}, {1, 2, 3, 1}};
    const std::string bytes = write_cell(cell, Layout::master);
    EXPECT_EQ(refused_cell(patched(bytes, 132 + 12 + 9, {5})),
              "x.cell: cache region 1, padding at offset 153: 0x5, expected 0");
    EXPECT_EQ(refused_system(patched(golden("system-master"), 314, {1})),
              "s.cell: platform_info.arm, padding at offset 314: 0x1, expected 0");
    EXPECT_EQ(refused_system(patched(golden("system-master"), 88 + 16, {9})),
              "s.cell: platform_info.iommu_units, padding at offset 104: 0x9, expected 0");
}

// Jailhouse ignores them, and so do we.
TEST(Read, HeaderOfARootCellIsIgnored) {
    const std::string bytes = patched(golden("system-master"), 356, {'J', 'H', 'C', 'L', 'L', 2});
    EXPECT_EQ(read_system(bytes, Layout::master, "s"), sample_system(Layout::master));
}

// Every single byte changed to every of a few values: accepted or refused, and what is accepted is
// written back the same.
TEST(Read, AnyByteCanBeWrong) {
    const std::string cell = golden("cell-omnivisor");
    const std::string system = golden("system-omnivisor");
    for (const int value : {0x01, 0xff}) {
        for (std::size_t at = 0; at < cell.size(); ++at) {
            const std::string bytes = patched(cell, at, {value});
            try {
                const Cell read = read_cell(bytes, Layout::omnivisor, "x");
                EXPECT_EQ(write_cell(read, Layout::omnivisor), bytes) << at;
            } catch (const runphi::sdk::Error& error) {
                EXPECT_EQ(error.code(), runphi::sdk::Code::invalid);
            }
        }
        for (std::size_t at = 0; at < system.size(); ++at) {
            try {
                read_system(patched(system, at, {value}), Layout::omnivisor, "x");
            } catch (const runphi::sdk::Error& error) {
                EXPECT_EQ(error.code(), runphi::sdk::Code::invalid);
            }
        }
    }
}

}  // namespace
}  // namespace jailhouse_test
