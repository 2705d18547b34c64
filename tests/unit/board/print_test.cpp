// SPDX-License-Identifier: Apache-2.0
#include "core/board/print.hpp"

#include "support.hpp"

namespace phi::board {
namespace {

using test::small_board;

TEST(PrintBoard, ShowsWhoHoldsWhat) {
    Held held{"web", {}};
    held.grant.cpus = {1, 2};
    held.grant.cpu_count = 2;
    held.grant.memory = {{"low", 0x70000000, 8U << 20}};
    held.grant.devices = {"gpio"};
    held.grant.irqs = {42, 51};
    held.grant.channels = {{"link", 0, 0x1000}};
    Held part{"rtos", {}};
    part.grant.iomems = {{0x9010000, 0x1000}};
    Board board = small_board();
    board.devices[0].path.clear();
    board.devices[0].iomem.resize(1);
    board.devices[1].iomem.resize(1);
    EXPECT_EQ(print(board, {held, part}),
              R"(board "small": free 2 of 4 CPUs, 56 MiB of 64 MiB of memory, 0 of 2 devices
KIND     NAME   WHAT                                            SIZE    HELD BY
cpu      0,3                                                            -
cpu      1-2                                                            web
memory   low    0x70000000-0x707fffff                           8 MiB   web
memory   low    0x70800000-0x72ffffff                           40 MiB  -
memory   high   0x80000000-0x80ffffff                           16 MiB  -
device   uart1  0x09010000-0x09010fff irq 40-41                         rtos (a part)
device   gpio   /soc/gpio@9030000 0x09030000-0x09030fff irq 42          web
irq      50                                                             -
irq      51                                                             web
channel  link   2 ends                                          4 KiB   web (end 0)
)");
}

TEST(PrintBoard, SharedCpusShowTheirUsers) {
    Board board = small_board();
    board.exclusive_cpus = false;
    Held one{"c1", {}};
    one.grant.cpu_count = 1;
    Held two{"c2", {}};
    two.grant.cpu_count = 2;
    two.grant.cpus = {2, 3};
    const std::string text = print(board, {one, two});
    EXPECT_MENTIONS(text, "4 shared CPUs");
    EXPECT_MENTIONS(text, "c1 (1 vCPU), c2 (2 vCPUs on 2-3)");
}

}  // namespace
}  // namespace phi::board
