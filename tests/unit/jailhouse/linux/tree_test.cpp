// SPDX-License-Identifier: Apache-2.0
// The device tree of a cell, against what was written by hand from Linux' bindings, as dtc reads
// both.
#include <gtest/gtest.h>

#include "plugins/jailhouse/linux/cell_tree.hpp"
#include "support/sandbox.hpp"
#include "unit/jailhouse/linux/boards.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

// A tree in one form, whatever its nodes' order was, and what dtc has to say about it.
std::string canonical(const phi::test::Folder& folder, const char* form, const std::string& tree) {
    const std::string in = folder.write("tree", tree), out = folder.path() + "/canonical";
    const phi::test::Result result =
        phi::test::run_program({"/usr/bin/dtc", "-I", form, "-O", "dts", "-s", "-o", out, in});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "") << "dtc finds nothing strange";
    return phi::test::read_text(out);
}

void expect_golden(const CellTree& tree, const std::string& name) {
    const phi::test::Folder folder;
    const std::string golden = phi::test::read_text(std::string(RUNPHI_GOLDEN_CELLS) + "/" + name);
    // Both as a blob first: of a source, dtc remembers how numbers were written.
    const std::string source = folder.write("golden.dts", golden), blob = folder.path() + "/blob";
    const phi::test::Result result =
        phi::test::run_program({"/usr/bin/dtc", "-I", "dts", "-O", "dtb", "-o", blob, source});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(canonical(folder, "dtb", write_cell_tree(tree)),
              canonical(folder, "dtb", phi::test::read_text(blob)));
}

TEST(CellTree, OfACellWithGicv3AndPci) {
    Board board;
    make_virt(board);
    CellTree tree = describe_cell(board.system, board.cell, board.channel, board.host.machine());
    tree.bootargs = "console=ttyAMA0";
    tree.initrd = {0x71200000, 0x71300123};
    tree.seed = "seed";
    expect_golden(tree, "linux-virt.dts");
}

TEST(CellTree, OfACellWithGicv2AndNoPci) {
    Board board;
    make_gicv2(board);
    Machine machine = board.host.machine();
    machine.clocks = {{"/soc/bus/serial@7e201000", 48'000'000}};
    expect_golden(describe_cell(board.system, board.cell, {}, machine), "linux-gicv2.dts");
}

TEST(CellTree, HasAnEnd) {
    CellTree tree;
    tree.bootargs = std::string(cell_tree_room, 'x');
    EXPECT_EQ(refusal([&] { write_cell_tree(tree); }),
              "the device tree is larger than 65536 bytes");
}

}  // namespace
}  // namespace jailhouse_test
