// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "support.hpp"

namespace phi::board {
namespace {

using test::error_of;

const char* const whole = R"({
  "format": "runphi.board/1", "name": "virt",
  "cpus": {"ids": "1-3,5", "exclusive": false},
  "memory": {"pools": [{"name": "ram", "base": "0x70000000", "size": "250M"},
                       {"name": "tcm", "base": 4292870144, "size": 65536}],
             "alignment": "2M", "minimum": "4M"},
  "devices": [{"name": "uart1", "path": "/pl011@9040000",
               "iomem": [{"base": "0x9040000", "size": "4K"}], "irqs": [40]}],
  "irqs": [50, 51],
  "channels": [{"name": "shm", "size": "1M", "peers": 3}],
  "limits": {"name_max": 31}})";

Board parse(const std::string& text) {
    return parse_board(text, "board.json");
}

// A board that is good but for what `part` replaces: a member of the top level.
std::string with(const std::string& member) {
    return R"({"format": "runphi.board/1", "name": "b", "cpus": {"ids": "0-1"},
               "memory": {"pools": [{"name": "ram", "base": 4096, "size": 8192}]}, )" +
           member + "}";
}

std::string with_pools(const std::string& pools, const std::string& more = "") {
    return R"({"format": "runphi.board/1", "name": "b", "cpus": {"ids": "0-1"},
               "memory": {"pools": )" +
           pools + "}" + more + "}";
}

TEST(ParseBoard, CommentsStayWhereTheyAre) {
    const Board board = parse(R"({"format": "runphi.board/1", "name": "b", "comment": "of all",
        "cpus": {"ids": "0-1", "comment": "of the CPUs"},
        "memory": {"pools": [{"name": "r", "base": 4096, "size": 1, "comment": "of the pool"}]},
        "devices": [{"name": "d", "comment": "of the device"}],
        "channels": [{"name": "c", "comment": "of the channel"}]})");
    EXPECT_EQ(board.comment, "of all");
    EXPECT_EQ(board.cpus_comment, "of the CPUs");
    EXPECT_EQ(board.memory[0].comment, "of the pool");
    EXPECT_EQ(board.devices[0].comment, "of the device");
    EXPECT_EQ(board.channels[0].comment, "of the channel");
    const Board again = parse(write_board(board));
    EXPECT_EQ(write_board(again), write_board(board));
    EXPECT_EQ(again.channels[0].comment, "of the channel");
}

TEST(ParseBoard, WhatIsABackendsIsPassedOver) {
    EXPECT_EQ(write_board(parse(with(R"("backends": {"bao": {"any": [1]}, "x": {}})"))),
              write_board(parse(with(R"("backends": {})"))));
    EXPECT_MENTIONS(error_of([] { parse(with(R"("backends": {"bao": 1})")); }).message(),
                    "backends.bao: expected an object");
}

TEST(ParseBoard, ReadsEveryMember) {
    const Board board = parse(whole);
    EXPECT_EQ(board.name, "virt");
    EXPECT_EQ(board.cpus, (std::vector<unsigned>{1, 2, 3, 5}));
    EXPECT_FALSE(board.exclusive_cpus);
    ASSERT_EQ(board.memory.size(), 2U);
    EXPECT_EQ(board.memory[0].base, 0x70000000U);
    EXPECT_EQ(board.memory[0].size, 250U << 20);
    EXPECT_EQ(board.memory[1].name, "tcm");
    EXPECT_EQ(board.memory_alignment, 2U << 20);
    EXPECT_EQ(board.memory_minimum, 4U << 20);
    ASSERT_EQ(board.devices.size(), 1U);
    EXPECT_EQ(board.devices[0].path, "/pl011@9040000");
    EXPECT_EQ(board.devices[0].iomem[0].size, 4096U);
    EXPECT_EQ(board.devices[0].irqs, std::vector<std::uint32_t>{40});
    EXPECT_EQ(board.irqs, (std::vector<std::uint32_t>{50, 51}));
    EXPECT_EQ(board.channels[0].size, 1U << 20);
    EXPECT_EQ(board.channels[0].peers, 3U);
    EXPECT_EQ(board.name_max, 31U);
}

TEST(ParseBoard, DefaultsAreThoseOfTheHeader) {
    const Board board = parse(with(R"("irqs": [])"));
    EXPECT_TRUE(board.exclusive_cpus);
    EXPECT_EQ(board.memory_alignment, 4096U);
    EXPECT_EQ(board.memory_minimum, 1U << 20);
    EXPECT_EQ(board.name_max, 63U);
}

TEST(ParseBoard, WhatIsWrittenReadsBackTheSame) {
    const std::string once = write_board(parse(whole));
    EXPECT_EQ(write_board(parse(once)), once);
    EXPECT_MENTIONS(once, "\"base\": 1879048192");
}

struct Bad {
    const char* name;
    std::string text;
    const char* part;  // of the message
};

class RefusedBoard : public testing::TestWithParam<Bad> {};

TEST_P(RefusedBoard, NamesThePlace) {
    const Error error = error_of([] { parse(GetParam().text); });
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_MENTIONS(error.message(), "board.json");
    EXPECT_MENTIONS(error.message(), GetParam().part);
}

INSTANTIATE_TEST_SUITE_P(
    Shape, RefusedBoard,
    testing::Values(
        Bad{"NotJson", "{", "offset"}, Bad{"Array", "[]", "object"}, Bad{"Empty", "{}", "format"},
        Bad{"OtherFormat", R"({"format": "runphi.board/2"})", "runphi.board/2"},
        Bad{"UnknownKey", with(R"("colour": 1)"), "colour"},
        Bad{"UnknownKeyInPool", with_pools(R"([{"name": "r", "base": 0, "size": 1, "sise": 2}])"),
            "memory.pools[0].sise"},
        Bad{"UnknownKeyInDevice", with(R"("devices": [{"name": "a", "irq": [1]}])"),
            "devices[0].irq"},
        Bad{"UnknownKeyInRegion",
            with(R"("devices": [{"name": "a", "iomem": [{"base": 1, "size": 1, "x": 0}]}])"),
            "devices[0].iomem[0].x"},
        Bad{"UnknownLimit", with(R"("limits": {"name_min": 3})"), "limits.name_min"},
        Bad{"PoolsMissing",
            R"({"format": "runphi.board/1", "name": "b", "cpus": {"ids": "0"}, "memory": {}})",
            "memory.pools"},
        Bad{"CpuListBroken",
            R"({"format": "runphi.board/1", "name": "b", "cpus": {"ids": "3-1"},
                "memory": {"pools": []}})",
            "cpus.ids"},
        Bad{"CpuListIsNumber",
            R"({"format": "runphi.board/1", "name": "b", "cpus": {"ids": 4},
                "memory": {"pools": []}})",
            "cpus.ids"}),
    [](const auto& bad) { return bad.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Values, RefusedBoard,
    testing::Values(
        Bad{"SizeZero", with_pools(R"([{"name": "r", "base": 4096, "size": 0}])"),
            "memory.pools[0].size"},
        Bad{"SizeNegative", with_pools(R"([{"name": "r", "base": 4096, "size": -1}])"),
            "memory.pools[0].size"},
        Bad{"SizeFraction", with_pools(R"([{"name": "r", "base": 4096, "size": 1.5}])"),
            "memory.pools[0].size"},
        Bad{"SizeText", with_pools(R"([{"name": "r", "base": 4096, "size": "64MB"}])"), "64MB"},
        Bad{"PoolPastTheEnd",
            with_pools(R"([{"name": "r", "base": "0xfffffffffffff000", "size": "8K"}])"), "2^64"},
        Bad{"NameWithComma", with_pools(R"([{"name": "a,b", "base": 4096, "size": 1}])"), "a,b"},
        Bad{"NameEmpty", with_pools(R"([{"name": "", "base": 4096, "size": 1}])"), "pools[0].name"},
        Bad{"AlignmentThree",
            with_pools("[]").replace(with_pools("[]").rfind("[]"), 2, R"([], "alignment": 3)"),
            "memory.alignment"},
        Bad{"AlignmentZero",
            with_pools("[]").replace(with_pools("[]").rfind("[]"), 2, R"([], "alignment": 0)"),
            "memory.alignment"},
        Bad{"IrqTooLarge", with(R"("irqs": [4294967296])"), "irqs[0]"},
        Bad{"NoPeers", with(R"("channels": [{"name": "c", "peers": 0}])"), "channels[0].peers"},
        Bad{"NameMaxTooSmall", with(R"("limits": {"name_max": 8})"), "limits.name_max"},
        Bad{"CommentNotPrintable", with(R"("comment": "\u0007")"), "comment"},
        Bad{"CommentTooLong", with("\"comment\": \"" + std::string(1025, 'x') + "\""), "comment"},
        Bad{"CommentWhereNoneIs", with(R"("limits": {"comment": "x"})"), "limits.comment"},
        Bad{"PathNotPrintable", with(R"("devices": [{"name": "a", "path": "\u0007"}])"),
            "devices[0].path"}),
    [](const auto& bad) { return bad.param.name; });

struct Clash {
    const char* name;
    std::string text;
    const char* one;
    const char* other;
};

class ClashingBoard : public testing::TestWithParam<Clash> {};

TEST_P(ClashingBoard, NamesBothParties) {
    const Error error = error_of([] { parse(GetParam().text); });
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_MENTIONS(error.message(), GetParam().one);
    EXPECT_MENTIONS(error.message(), GetParam().other);
}

INSTANTIATE_TEST_SUITE_P(
    Between, ClashingBoard,
    testing::Values(
        Clash{"Pools", with_pools(R"([{"name": "a", "base": 4096, "size": 8192},
                             {"name": "b", "base": 8192, "size": 1}])"),
              "memory pool \"a\"", "memory pool \"b\""},
        Clash{"PoolNames", with_pools(R"([{"name": "twin", "base": 4096, "size": 1},
                             {"name": "twin", "base": 8192, "size": 1}])"),
              "memory pools", "twin"},
        Clash{"PoolAndDevice",
              with(R"("devices": [{"name": "d", "iomem": [{"base": 12287, "size": 1}]}])"),
              "memory pool \"ram\"", "device \"d\""},
        Clash{"Devices",
              with(R"("devices": [{"name": "d", "iomem": [{"base": 65536, "size": 4096}]},
                                  {"name": "e", "iomem": [{"base": 69631, "size": 1}]}])"),
              "device \"d\"", "device \"e\""},
        Clash{"DevicePaths",
              with(R"("devices": [{"name": "d", "path": "/x"}, {"name": "e", "path": "/x"}])"),
              "\"d\"", "\"e\""},
        Clash{"DeviceNames", with(R"("devices": [{"name": "d"}, {"name": "d"}])"), "devices",
              "\"d\""},
        Clash{"ChannelNames", with(R"("channels": [{"name": "c"}, {"name": "c"}])"), "channels",
              "\"c\""},
        Clash{"IrqOfTwoDevices",
              with(R"("devices": [{"name": "d", "irqs": [7]}, {"name": "e", "irqs": [7]}])"),
              "\"d\"", "\"e\""},
        Clash{"IrqOfDeviceAndBoard",
              with(R"("devices": [{"name": "d", "irqs": [7]}], "irqs": [7])"), "interrupt 7",
              "\"irqs\" of the board"},
        Clash{"IrqTwice", with(R"("irqs": [7, 7])"), "interrupt 7", "twice"}),
    [](const auto& clash) { return clash.param.name; });

TEST(ParseBoard, NeighboursDoNotOverlap) {
    EXPECT_NO_THROW(parse(with_pools(R"([{"name": "a", "base": 4096, "size": 4096},
                                         {"name": "b", "base": 8192, "size": 4096}])")));
}

TEST(ParseBoard, MemoryMayEndWithTheAddressSpace) {
    const Board board =
        parse(with_pools(R"([{"name": "top", "base": "0xfffffffffffff000", "size": "4K"}])"));
    EXPECT_EQ(board.memory[0].base + (board.memory[0].size - 1), UINT64_MAX);
}

TEST(ParseBoard, CountedMemoryHasNoRealAddresses) {
    EXPECT_NO_THROW(parse(with_pools(
        R"([{"name": "host-ram", "base": 0, "size": "4G"}])",
        R"(, "devices": [{"name": "d", "iomem": [{"base": "0x9010000", "size": "4K"}]}])")));
}

}  // namespace
}  // namespace phi::board
