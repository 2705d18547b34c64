// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/console/filter.hpp"
#include "unit/jailhouse/support.hpp"

// The hypervisor's one console, taken apart.
namespace jailhouse_test {
namespace {

using runphi::jailhouse::ConsoleFilter;

// What the cell "c" has printed, of all of this, whatever the pieces in which it comes.
std::string cells(const std::string& console, bool flush = true) {
    ConsoleFilter whole("c"), single("c");
    std::string out, other;
    whole.feed(console, out);
    for (const char byte : console) single.feed({&byte, 1}, other);
    EXPECT_EQ(out, other);
    if (flush) whole.flush(out);
    return out;
}

TEST(ConsoleFilter, PassesWhatTheCellPrints) {
    EXPECT_EQ(cells("hello\nworld"), "hello\nworld");
    EXPECT_EQ(cells(std::string("\0\xff\r\n", 4)), std::string("\0\xff\r\n", 4));
}

TEST(ConsoleFilter, DropsTheHypervisorsLines) {
    EXPECT_EQ(cells("Created cell \"c\"\nPage pool usage after cell creation: mem 1/2, remap 3/4\n"
                    "Cell \"c\" can be loaded\nStarted cell \"c\"\nhello\nClosing cell \"d\"\n"),
              "hello\n");
    EXPECT_EQ(cells("Adding virtual PCI device 00:00.0 to cell \"c\"\n"
                    "Shared memory connection established, peer cells:\n \"root\"\n \"d\"\n"
                    " \"mine\"\nRemoving PCI device 00:01.0 from cell \"d\"\n"),
              "");
}

TEST(ConsoleFilter, InTheMiddleOfTheCellsLine) {
    EXPECT_EQ(cells("one Started cell \"d\"\ntwo\n"), "one two\n");
    EXPECT_EQ(cells("CrCreated cell \"d\"\neated\n"), "Created\n");
}

TEST(ConsoleFilter, WhatOnlyBeginsLikeALineOfItsIsTheCells) {
    EXPECT_EQ(cells("Cell \"c\" is mine\n \"quoted\"\nCPU 1 is up\n"),
              "Cell \"c\" is mine\n \"quoted\"\nCPU 1 is up\n");
    EXPECT_EQ(cells("Started cell \"", false), "");
    EXPECT_EQ(cells("Started cell \""), "Started cell \"") << "when nothing more comes";
    const std::string endless = "Started cell \"" + std::string(1000, 'x');
    EXPECT_EQ(cells(endless, false), endless) << "it is not kept for ever";
}

TEST(ConsoleFilter, FaultIsTheHypervisors) {
    const std::string fault =
        "Unhandled data write at 0x10(4)\n\nFATAL: unhandled trap\n pc: 0 lr: 0\n"
        "Parking CPU 1 (Cell: \"c\")\n";
    EXPECT_EQ(cells("before\n" + fault + "after"), "before\nafter");
    ConsoleFilter filter("c");
    std::string text;
    filter.feed("last words\n" + fault, text);
    EXPECT_EQ(filter.fault(), "Unhandled data write at 0x10(4)");
    EXPECT_EQ(filter.tail(), "last words\n");
}

TEST(ConsoleFilter, FaultOfAnotherCellIsNotOurs) {
    ConsoleFilter filter("c");
    std::string text;
    filter.feed("FATAL: x\nParking CPU 2 (Cell: \"d\")\ngoes on\n", text);
    EXPECT_EQ(text, "goes on\n");
    EXPECT_EQ(filter.fault(), "");
}

TEST(ConsoleFilter, AFaultThatDoesNotEndIsTheCells) {
    EXPECT_EQ(cells("FATAL: my own words\nand more\n"), "FATAL: my own words\nand more\n");
    const std::string endless = "FATAL: " + std::string(10'000, 'x');
    EXPECT_EQ(cells(endless, false), endless);
}

std::optional<int> exit_of(const std::string& console) {
    ConsoleFilter filter("c");
    std::string text;
    filter.feed(console, text);
    return filter.exit_status();
}

TEST(ConsoleFilter, TellsTheExitStatus) {
    EXPECT_EQ(exit_of("runphi: exit 7\n"), 7);
    EXPECT_EQ(exit_of("done\r\nrunphi: exit 255\r\n"), 255);
    EXPECT_EQ(exit_of("runphi: exStarted cell \"d\"\nit 3\n"), std::nullopt);
    EXPECT_EQ(cells("done\nrunphi: exit 0\nmore"), "done\n");
}

TEST(ConsoleFilter, OnlyAWholeLineIsAnExit) {
    for (const char* text : {"runphi: exit 256\n", "runphi: exit -1\n", "runphi: exit \n",
                             "runphi: exit 7", "runphi: exit 7 \n", "x runphi: exit 7\n",
                             "runphi: exit 0x7\n", "runphi: exit 12345678901234567890123456\n"}) {
        EXPECT_EQ(exit_of(text), std::nullopt) << text;
        EXPECT_EQ(cells(text), text);
    }
}

TEST(ConsoleFilter, KeepsTheEndOnly) {
    ConsoleFilter filter("c");
    std::string text;
    for (unsigned i = 0; i < 10'000; ++i) filter.feed("0123456789", text);
    EXPECT_LE(filter.tail().size(), 2048U);
    EXPECT_EQ(filter.tail().substr(filter.tail().size() - 3), "789");
}

}  // namespace
}  // namespace jailhouse_test
