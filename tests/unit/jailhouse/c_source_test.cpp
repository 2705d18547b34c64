// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/format/c_source.hpp"

#include <fstream>
#include <sstream>

#include "unit/jailhouse/samples.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

std::string file(const std::string& name) {
    std::ifstream in(std::string(RUNPHI_GOLDEN_CELLS) + "/" + name);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

// The golden files were compiled with the headers of each tree and gave the bytes of the .hex
// beside them.
TEST(CSource, IsTheGoldenOne) {
    EXPECT_EQ(c_source(sample_cell(Layout::omnivisor), Layout::omnivisor),
              file("cell-omnivisor.c.txt"));
    EXPECT_EQ(c_source(sample_x86_cell(), Layout::master), file("cell-x86-master.c.txt"));
    EXPECT_EQ(c_source(sample_system(Layout::master), Layout::master), file("system-master.c.txt"));
    EXPECT_EQ(c_source(sample_x86_system(), Layout::v0_12), file("system-x86-v0.12.c.txt"));
}

TEST(CSource, TextsAreEscaped) {
    Cell cell;
    cell.name =
        "a\"\\\n\x80"
        "1";
    EXPECT_NE(c_source(cell, Layout::master).find(R"(.name = "a\042\134\012\2001",)"),
              std::string::npos)
        << c_source(cell, Layout::master);
}

TEST(CSource, OddCpuSetsAreBytes) {
    Cell cell;
    cell.cpu_set = {3, 0, 1};
    const std::string text = c_source(cell, Layout::master);
    EXPECT_NE(text.find("\t__u8 cpus[3];\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\t\t0x3,\n\t\t0x0,\n\t\t0x1,\n"), std::string::npos) << text;
}

TEST(CSource, StreamIdsWereNumbersOnce) {
    Cell cell;
    cell.stream_ids = {{5}};
    EXPECT_NE(c_source(cell, Layout::v0_12).find("\t__u32 stream_ids[1];\n"), std::string::npos);
    EXPECT_NE(c_source(cell, Layout::v0_12).find("\t\t0x5,\n"), std::string::npos);
}

}  // namespace
}  // namespace jailhouse_test
