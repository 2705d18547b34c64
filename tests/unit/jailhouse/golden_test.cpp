// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "plugins/jailhouse/format/detect.hpp"
#include "plugins/jailhouse/format/difference.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "unit/jailhouse/hex_text.hpp"
#include "unit/jailhouse/samples.hpp"

// The bytes of the golden files were laid out by hand from Jailhouse's headers, not by the writer.
namespace jailhouse_test {
namespace {

using namespace jh;

class Golden : public testing::TestWithParam<Layout> {
  protected:
    static std::string name(const char* kind) {
        return std::string(kind) + "-" + std::string(to_string(GetParam()));
    }
};

void expect_bytes(const std::string& written, const std::string& file) {
    const std::string expected = golden(file);
    EXPECT_TRUE(written == expected) << file << ": " << where_different(written, expected);
}

TEST_P(Golden, CellIsWritten) {
    expect_bytes(write_cell(sample_cell(GetParam()), GetParam()), name("cell"));
}

TEST_P(Golden, SystemIsWritten) {
    expect_bytes(write_system(sample_system(GetParam()), GetParam()), name("system"));
}

TEST_P(Golden, CellIsDetectedAndRead) {
    const std::string bytes = golden(name("cell"));
    EXPECT_EQ(detect(bytes, "file"), (Format{Kind::cell, GetParam()}));
    const Cell cell = read_cell(bytes, GetParam(), "file");
    EXPECT_EQ(first_difference(cell, sample_cell(GetParam())).value_or("equal"), "equal");
}

TEST_P(Golden, SystemIsDetectedAndRead) {
    const std::string bytes = golden(name("system"));
    EXPECT_EQ(detect(bytes, "file"), (Format{Kind::system, GetParam()}));
    const System system = read_system(bytes, GetParam(), "file");
    EXPECT_EQ(first_difference(system, sample_system(GetParam())).value_or("equal"), "equal");
}

std::string test_name(const testing::TestParamInfo<Layout>& layout) {
    std::string name(to_string(layout.param));
    for (char& letter : name) {
        if (letter == '.' || letter == '-') letter = '_';
    }
    return name;
}

INSTANTIATE_TEST_SUITE_P(Layouts, Golden, testing::ValuesIn(all_layouts), test_name);

TEST(GoldenX86, CellIsWrittenAndRead) {
    expect_bytes(write_cell(sample_x86_cell(), Layout::master), "cell-x86-master");
    EXPECT_EQ(read_cell(golden("cell-x86-master"), Layout::master, "file"), sample_x86_cell());
}

TEST(GoldenX86, SystemIsWrittenAndRead) {
    expect_bytes(write_system(sample_x86_system(), Layout::master), "system-x86-master");
    EXPECT_EQ(read_system(golden("system-x86-master"), Layout::master, "file"),
              sample_x86_system());
}

// The architecture's part has another order there, and nothing says that it is x86.
TEST(GoldenX86, OldSystemIsWrittenAndRecognized) {
    expect_bytes(write_system(sample_x86_system(), Layout::v0_12), "system-x86-v0.12");
    EXPECT_EQ(read_system(golden("system-x86-v0.12"), Layout::v0_12, "file"), sample_x86_system());
}

}  // namespace
}  // namespace jailhouse_test
