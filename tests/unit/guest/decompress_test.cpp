// SPDX-License-Identifier: Apache-2.0
#include "guest/prepare/decompress.hpp"

#include <gtest/gtest.h>

#include <random>

#include "core/base/error.hpp"
#include "unit/guest/samples.hpp"

namespace {

using phi::guest::Compression;
using phi::guest::decompress;

struct Format {
    const char* name;
    Compression compression;
    std::string (*pack)(const std::string&);
};

class Decompress : public testing::TestWithParam<Format> {};

TEST_P(Decompress, GivesBackWhatWasPacked) {
    // The last is more than one block of lz4's legacy format, and more than one step of each
    // decoder.
    for (const std::size_t size : {1U, 1000U, 1U << 20, (9U << 20) + 17}) {
        const auto data = samples::bytes(size);
        const auto packed = GetParam().pack(data);
        EXPECT_EQ(phi::guest::compression_of(packed), GetParam().compression);
        EXPECT_TRUE(decompress(packed, "file") == data) << size;
    }
}

TEST_P(Decompress, GivesBackWhatShrankAsFarAsItCan) {
    for (const std::size_t size : {300U, 70000U, (9U << 20) + 17}) {
        const std::string zeros(size, '\0');
        EXPECT_TRUE(decompress(GetParam().pack(zeros), "file") == zeros) << size;
    }
}

TEST_P(Decompress, IgnoresTheSizeThatKernelsAppend) {
    const auto data = samples::bytes(100000);
    auto packed = GetParam().pack(data);
    samples::put(packed, packed.size(), static_cast<std::uint32_t>(data.size()));
    EXPECT_TRUE(decompress(packed, "file") == data);
}

TEST_P(Decompress, RefusesEveryPrefix) {
    const auto packed = GetParam().pack(samples::bytes(300));
    for (std::size_t length = 0; length < packed.size(); ++length)
        EXPECT_THROW(decompress(packed.substr(0, length), "file"), phi::Error) << length;
}

TEST_P(Decompress, StopsAtTheLimit) {
    // A bomb: a little file that becomes large.
    const auto packed = GetParam().pack(std::string(20 << 20, '\0'));
    ASSERT_LT(packed.size(), 200000U);
    try {
        decompress(packed, "bomb", 1 << 20);
        FAIL() << "no error";
    } catch (const phi::Error& error) {
        EXPECT_EQ(error.message(), "bomb: larger than 1 MiB when it is decompressed");
    }
}

TEST_P(Decompress, SurvivesDamage) {
    std::mt19937 random(17);
    const auto packed = GetParam().pack(samples::bytes(5000));
    for (int round = 0; round < 400; ++round) {
        auto damaged = packed;
        for (auto change = 1 + random() % 3; change-- > 0;)
            damaged[4 + random() % (damaged.size() - 4)] = static_cast<char>(random() % 256);
        try {
            EXPECT_LE(decompress(damaged, "file", 1 << 20).size(), 1U << 20);
        } catch (const phi::Error&) {
            continue;
        }
    }
}

const Format formats[] = {
    {"gzip", Compression::gzip, samples::gzip},
    {"xz", Compression::xz, samples::xz},
    {"lz4", Compression::lz4_legacy, samples::lz4_legacy},
#ifdef RUNPHI_HAVE_ZSTD
    {"zstd", Compression::zstd, samples::zstd},
#endif
};

INSTANTIATE_TEST_SUITE_P(All, Decompress, testing::ValuesIn(formats),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(DecompressOther, IsRefusedByName) {
    try {
        decompress("BZh91AY&SY", "vmlinuz");
        FAIL() << "no error";
    } catch (const phi::Error& error) {
        EXPECT_EQ(error.code(), phi::Code::unsupported);
        EXPECT_EQ(error.message(), "vmlinuz: compressed in a way that is not known");
    }
}

}  // namespace
