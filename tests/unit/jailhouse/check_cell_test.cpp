// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/format/number_set.hpp"
#include "unit/jailhouse/scene.hpp"

// What the check says of a cell by itself.
namespace jailhouse_test {
namespace {

using namespace jh;
namespace flag = jh::region_flag;

TEST(Check, NothingIsWrong) {
    Scene scene;
    EXPECT_EQ(scene.findings(), Lines{});
    EXPECT_FALSE(has_error(check(scene.system, scene.cells, scene.layout)));
    scene.cells.clear();
    EXPECT_EQ(scene.findings(), Lines{});
}

TEST(Check, Names) {
    Scene scene;
    scene.a().name = "";
    scene.b().name = "root";
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"\": it has no name",
                     "error: cell \"root\": another cell, or the root cell, has the same name "
                     "(EEXIST)"}));
    scene.a().name = scene.b().name = "twin";
    EXPECT_EQ(scene.findings(), (Lines{"error: cell \"twin\": another cell, or the root cell, has "
                                       "the same name (EEXIST)"}));
    scene.a().name = std::string(32, 'x');
    scene.b().name = "7";
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"" + scene.a().name +
                         "\": the name has 32 bytes; the driver cuts it to 31",
                     "warning: cell \"7\": the jailhouse tool takes a name of digits for a cell's "
                     "id"}));
    scene.a().name = std::string(31, 'x');
    scene.b().name = "b\n\"";
    EXPECT_EQ(scene.findings(), (Lines{"warning: cell \"b\\xa\\x22\": the name has bytes that "
                                       "cannot be printed"}));
}

TEST(Check, Architecture) {
    Scene scene;
    scene.b().arch = Arch::arm;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"b\": it is for arm, the system is arm64: the driver would say "
                     "that it had made the cell, and make none"}));
}

TEST(Check, SizeOfTheConfiguration) {
    Scene scene;
    const auto rest = (65536 - 152 - 8 - 7 * 40 - 32 - 56) / 4;
    scene.a().stream_ids.resize(rest);
    EXPECT_EQ(scene.findings(), Lines{});
    scene.a().stream_ids.resize(rest + 1);
    EXPECT_EQ(scene.findings(), (Lines{"error: cell \"a\": the configuration has 65540 bytes, the "
                                       "hypervisor takes 65536 (E2BIG)"}));
}

TEST(Check, MessagesThatNobodyAnswers) {
    Scene scene;
    scene.a().flags = 0;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\": neither passive-commreg nor msg_reply_timeout is set: if "
                     "it does not answer a message, the root cell hangs for ever"}));
    scene.a().msg_reply_timeout = 1000;
    EXPECT_EQ(scene.findings(), Lines{});
    scene.a().regions.pop_back();
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\": it has no communication region to answer messages "
                     "through, and passive-commreg is not set: each of them fails the cell"}));
}

TEST(Check, ConsoleThatNobodyReads) {
    Scene scene;
    scene.a().flags |= cell_flag::virtual_console_active;
    EXPECT_EQ(scene.findings(), Lines{});
    scene.system.flags = 0;
    EXPECT_EQ(
        scene.findings(),
        (Lines{"warning: cell \"a\": it may write to the hypervisor's console, which the root "
               "cell cannot read: the system has no virtual-debug-console"}));
}

TEST(Check, WhereItsCpusBegin) {
    Scene scene;
    scene.a().cpu_reset_address = 0xffff;
    EXPECT_EQ(scene.findings(), Lines{});
    scene.a().cpu_reset_address = 0x10000;
    scene.b().cpu_reset_address = 0x80000000;
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\": its CPUs begin at 0x10000, which is in no loadable region",
                     "error: cell \"b\": its CPUs begin at 0x80000000, which is in no loadable "
                     "region"}));
    scene.a().cpu_reset_address = 0;
    scene.a().regions[5].flags &= ~flag::execute;
    scene.b().cpu_set = set_of({});
    EXPECT_EQ(scene.findings(),
              (Lines{"warning: cell \"a\", memory region 5 (0x71000000-0x7100ffff): its CPUs begin "
                     "here, and it is not executable",
                     "warning: cell \"b\": it has no CPU: nothing will run"}));
}

TEST(Check, CpuSets) {
    Scene scene;
    scene.a().cpu_set = set_of({1, 4, 5});
    scene.b().cpu_set = {4, 0, 0, 0};
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\": CPU 4-5: the root cell has only 0-3 (EBUSY)",
                     "error: cell \"b\": a CPU set of 4 bytes; Jailhouse reads whole words of 8"}));
    scene.a().cpu_set = set_of({1, 2, 3});
    scene.b().cpu_set = set_of({2, 3});
    EXPECT_EQ(scene.findings(), (Lines{"error: cell \"b\": CPU 2-3: cell \"a\" has it, too"}));
    scene.a().cpu_set = set_of({0, 1});
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"root\": the cells take all of its CPUs, and it needs one "
                     "(EBUSY)"}));
    scene = Scene();
    scene.a().cpu_set.resize(4104);
    EXPECT_EQ(scene.findings(), (Lines{"error: cell \"a\": a CPU set of 4104 bytes; the hypervisor "
                                       "takes 4096 (EINVAL)"}));
}

TEST(Check, RemoteProcessorsAndFpgaRegions) {
    Scene scene;
    scene.a().rcpu_set = set_of({0, 1});
    scene.b().fpga_regions = set_of({0, 2});
    scene.b().fpga_devices = {{"o", "m", "b", 1, 0, 0}};
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\": remote processor 1: the root cell has not got it, and no "
                     "rcpu_devices entry describes it as a soft core",
                     "error: cell \"b\": FPGA region 2: the root cell has not got it",
                     "error: cell \"b\": an FPGA device is for region 1, which the cell has not "
                     "got"}));
    scene.a().rcpu_devices = {{1, "soft", "core"}};
    scene.b() = Scene().b();
    scene.b().rcpu_set = set_of({0});
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"b\": remote processor 0: cell \"a\" has it, too"}));
}

TEST(Check, Alignment) {
    Scene scene;
    scene.a().regions[5].phys_start += 0x800;
    scene.b().regions[5].size = 0x10800;
    EXPECT_EQ(
        scene.findings(),
        (Lines{"error: cell \"a\", memory region 5 (0x71000800-0x710107ff): phys_start "
               "0x71000800 is not at the beginning of a page (4 KiB)",
               "error: cell \"b\", memory region 5 (0x72000000-0x720107ff): memory in part of "
               "a page: virt_start 0x0 and size 0x10800 must be multiples of 4 KiB"}));
}

TEST(Check, RegistersInPartOfAPage) {
    Scene scene;
    scene.a().regions.push_back({0x9000010, 0x9000010, 0x10, flag::read | flag::io, 0});
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", memory region 7 (0x9000010-0x900001f): registers in part "
                     "of a page without an access width (io-8 to io-64): every access fails the "
                     "cell"}));
    scene.a().regions.back().flags |= flag::io_32;
    EXPECT_EQ(scene.findings(), Lines{});
}

TEST(Check, FlagsOfRegions) {
    Scene scene;
    scene.a().regions[5].flags |= 0x1000;
    scene.b().regions[5].flags &= ~flag::write;
    EXPECT_EQ(scene.findings(),
              (Lines{"warning: cell \"a\", memory region 5 (0x71000000-0x7100ffff): flags 0x1000 "
                     "mean nothing in the layout omnivisor",
                     "warning: cell \"b\", memory region 5 (0x72000000-0x7200ffff): loadable but "
                     "not writable: the driver loads nothing into it (EINVAL)"}));
}

TEST(Check, CommunicationRegion) {
    Scene scene;
    scene.a().regions[6].size = 0x2000;
    scene.a().regions[6].flags |= flag::loadable;
    scene.b().regions.push_back(scene.b().regions[6]);
    scene.b().regions.back().virt_start = 0x90000000;
    const std::string where = "cell \"a\", memory region 6 (0x80000000-0x80001fff): ";
    EXPECT_EQ(
        scene.findings(),
        (Lines{"error: " + where +
                   "the communication region has 0x2000 bytes; it is one page, and behind it "
                   "the cell would get the hypervisor's own data",
               "error: " + where + "a communication region cannot be loadable, rootshared or io",
               "warning: cell \"b\": 2 communication regions: all are the same page"}));
}

TEST(Check, RegionsOverEachOther) {
    Scene scene;
    scene.a().regions.push_back({0x71010000, 0xf000, 0x2000, flag::read, 0});
    scene.b().regions.push_back({0x7200f000, 0x100000, 0x2000, flag::read, 0});
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", memory region 7 (0x71010000-0x71011fff): in the cell, at "
                     "0xf000-0x10fff, it lies over memory region 5 at 0x0-0xffff",
                     "error: cell \"b\", memory region 7 (0x7200f000-0x72010fff): the same memory "
                     "as memory region 5 (0x72000000-0x7200ffff)"}));
}

TEST(Check, EndOfAllAddresses) {
    Scene scene;
    scene.a().regions.push_back({0x71010000, 0xfffffffffffff000, 0x2000, flag::read, 0});
    EXPECT_EQ(scene.findings(),
              (Lines{"error: cell \"a\", memory region 7 (0x71010000-0x71011fff): size 0x2000 goes "
                     "past the end of all addresses"}));
}

TEST(Check, ManyFindingsEnd) {
    Scene scene;
    for (unsigned i = 0; i < 1000; ++i) {
        scene.a().regions.push_back(
            {0x71010000 + i * 0x1000ULL, 0x1000001 + i * 0x1000ULL, 0x800, flag::read, 0});
    }
    const Lines findings = scene.findings();
    ASSERT_EQ(findings.size(), most_findings + 1);
    EXPECT_EQ(findings.back(), "error: and so on: 900 more errors");
}

}  // namespace
}  // namespace jailhouse_test
