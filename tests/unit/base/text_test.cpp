// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"

#include <gtest/gtest.h>

#include "core/base/error.hpp"

namespace phi {
namespace {

using Cpus = std::vector<unsigned>;

TEST(Text, JoinsItsParts) {
    EXPECT_EQ(text("cpu ", 3, " is ", std::string("taken"), '!'), "cpu 3 is taken!");
}

TEST(Quoted, EscapesWhatCouldHide) {
    EXPECT_EQ(quoted("plain"), "\"plain\"");
    EXPECT_EQ(quoted("a\"b\\c\nd\te"), R"("a\"b\\c\nd\te")");
    EXPECT_EQ(quoted(std::string_view("\0\x1b\x7f", 3)), R"("\x00\x1b\x7f")");
    EXPECT_EQ(quoted("\xc3\xa9"), "\"\xc3\xa9\"");
    EXPECT_EQ(quoted("\x9b"
                     "31m"),
              R"("\x9b31m")");
}

TEST(Quoted, CutsBetweenCharacters) {
    EXPECT_EQ(quoted("abcdef", 3), "\"abc\"...");
    EXPECT_EQ(quoted("abc", 3), "\"abc\"");
    EXPECT_EQ(quoted("ab\xc3\xa9"
                     "c",
                     3),
              "\"ab\"...");
    EXPECT_EQ(quoted(std::string(300, '\x80'), 4), R"("\x80"...)");
}

TEST(Numbers, TakeDigitsAndNothingElse) {
    EXPECT_EQ(parse_u64("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(parse_i64("-9223372036854775808"), INT64_MIN);
    for (const char* wrong : {"", " 1", "1 ", "+1", "-1", "0x10", "1e3", "18446744073709551616"}) {
        EXPECT_EQ(parse_u64(wrong), std::nullopt) << wrong;
    }
    EXPECT_EQ(parse_i64("9223372036854775808"), std::nullopt);
}

TEST(Amount, ReadsDecimalHexadecimalAndSuffixes) {
    EXPECT_EQ(parse_amount("0"), 0U);
    EXPECT_EQ(parse_amount("4096"), 4096U);
    EXPECT_EQ(parse_amount("0x70000000"), 0x70000000U);
    EXPECT_EQ(parse_amount("0Xff"), 255U);
    EXPECT_EQ(parse_amount("3K"), 3072U);
    EXPECT_EQ(parse_amount("64M"), 64U << 20);
    EXPECT_EQ(parse_amount("64m"), 64U << 20);
    EXPECT_EQ(parse_amount("2G"), 2ULL << 30);
    EXPECT_EQ(parse_amount("1T"), 1ULL << 40);
}

TEST(Amount, ReachesTheLastNumberAndNotFurther) {
    EXPECT_EQ(parse_amount("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(parse_amount("18446744073709551616"), std::nullopt);
    EXPECT_EQ(parse_amount("0xffffffffffffffff"), UINT64_MAX);
    EXPECT_EQ(parse_amount("0x10000000000000000"), std::nullopt);
    EXPECT_EQ(parse_amount("16777215T"), 16777215ULL << 40);
    EXPECT_EQ(parse_amount("16777216T"), std::nullopt);
}

TEST(Amount, RefusesWhatIsNoNumber) {
    for (const char* bad : {"", "M", "0x", "0xg", "-1", "+1", " 1", "1 ", "1.5G", "64MB", "64MiB",
                            "0x10M", "1e3", "KM", "1KK", "0x-1"}) {
        EXPECT_EQ(parse_amount(bad), std::nullopt) << bad;
    }
}

TEST(CpuList, ReadsTheKernelsForm) {
    EXPECT_EQ(parse_cpu_list(""), Cpus{});
    EXPECT_EQ(parse_cpu_list("0,2-4"), (Cpus{0, 2, 3, 4}));
    EXPECT_EQ(parse_cpu_list("3,1-2,2"), (Cpus{1, 2, 3}));
    for (const char* wrong :
         {",", "1,", "a", "2-1", "1-", "-1", "1-2-3", "8192", "0-99999999999"}) {
        EXPECT_EQ(parse_cpu_list(wrong), std::nullopt) << wrong;
    }
    EXPECT_EQ(parse_cpu_list("4", 3), std::nullopt);
}

TEST(CpuList, DoesNotGrowWithoutEnd) {
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "0-8191,";
    many += "0";
    EXPECT_EQ(parse_cpu_list(many), std::nullopt);
}

TEST(CpuList, WritesRanges) {
    EXPECT_EQ(format_cpu_list({}), "");
    EXPECT_EQ(format_cpu_list({0, 2, 3, 4, 7}), "0,2-4,7");
}

TEST(Bytes, AreExact) {
    EXPECT_EQ(format_bytes(0), "0 bytes");
    EXPECT_EQ(format_bytes(4097), "4097 bytes");
    EXPECT_EQ(format_bytes(64ULL << 20), "64 MiB");
    EXPECT_EQ(format_bytes(3ULL << 30), "3 GiB");
}

TEST(Hex, HasAllItsDigits) {
    EXPECT_EQ(hex(0x2a, 2), "2a");
    EXPECT_EQ(hex(0x2a, 4), "002a");
    EXPECT_EQ(hex(fnv1a("")), "cbf29ce484222325");
    EXPECT_EQ(hex(fnv1a("a")), "af63dc4c8601ec8c");
}

TEST(Split, KeepsEmptyParts) {
    using Parts = std::vector<std::string_view>;
    EXPECT_EQ(split("a,,b", ','), (Parts{"a", "", "b"}));
    EXPECT_EQ(split("", ','), Parts{""});
    EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
    EXPECT_EQ(join({}, ","), "");
}

TEST(Utf8, IsJudgedAsTheStandardSays) {
    for (const char* good : {"", "a", "\xc2\x80", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    // A stray byte, overlong forms, a surrogate, a code point past the last, a cut character.
    for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
                            "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xff"}) {
        EXPECT_FALSE(is_utf8(bad)) << quoted(bad);
    }
}

TEST(ErrnoText, IsAsGoWritesIt) {
    EXPECT_EQ(errno_text(ENOENT), "no such file or directory");
    EXPECT_EQ(errno_text(EACCES), "permission denied");
    EXPECT_EQ(errno_text(99999), "errno 99999");
    EXPECT_EQ(os_error("open /x", ENOENT).message(), "open /x: no such file or directory");
    EXPECT_EQ(os_error("open /x", ENOENT).code(), Code::not_found);
}

TEST(Error, TellsWhereItWas) {
    const Error error = Error(Code::busy, "taken", "wait").within("cpu 3");
    EXPECT_STREQ(error.what(), "cpu 3: taken");
    EXPECT_EQ(error.code(), Code::busy);
    EXPECT_EQ(error.hint(), "wait");
}

}  // namespace
}  // namespace phi
