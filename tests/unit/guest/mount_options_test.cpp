// SPDX-License-Identifier: Apache-2.0
#include "guest/phi-init/mount_options.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <array>
#include <string>

namespace {

struct Result {
    phi_mount_flags flags;
    std::string data;
};

Result split(const char* options) {
    Result result{};
    std::array<char, 256> data{};
    EXPECT_TRUE(phi_mount_options(options, &result.flags, data.data(), data.size()));
    result.data = data.data();
    return result;
}

TEST(GuestMountOptions, SeparatesFlagsFromData) {
    const auto r = split("nosuid,size=65536k,strictatime,mode=755,noexec");
    EXPECT_EQ(r.flags.flags, static_cast<unsigned long>(MS_NOSUID | MS_STRICTATIME | MS_NOEXEC));
    EXPECT_EQ(r.data, "size=65536k,mode=755");
    EXPECT_EQ(r.flags.propagation, 0U);
    EXPECT_FALSE(r.flags.copy_up);
}

TEST(GuestMountOptions, TheLastOfTwoOppositesCounts) {
    EXPECT_EQ(split("ro,rw").flags.flags, 0U);
    EXPECT_EQ(split("rw,ro").flags.flags, static_cast<unsigned long>(MS_RDONLY));
}

TEST(GuestMountOptions, KeepsPropagationApart) {
    const auto r = split("rprivate,nodev");
    EXPECT_EQ(r.flags.propagation, static_cast<unsigned long>(MS_PRIVATE | MS_REC));
    EXPECT_EQ(r.flags.flags, static_cast<unsigned long>(MS_NODEV));
}

TEST(GuestMountOptions, KnowsCopyUp) {
    const auto r = split("tmpcopyup,mode=1777");
    EXPECT_TRUE(r.flags.copy_up);
    EXPECT_EQ(r.data, "mode=1777");
}

TEST(GuestMountOptions, EmptyWordsAreNothing) {
    EXPECT_EQ(split(",,a,,b,").data, "a,b");
    EXPECT_EQ(split("").data, "");
}

TEST(GuestMountOptions, NeverWritesBeyondItsSpace) {
    for (std::size_t size = 0; size < 12; ++size) {
        std::string data(size, '!');
        phi_mount_flags flags{};
        const bool fits = phi_mount_options("abc,defg,ro", &flags, data.data(), size);
        EXPECT_EQ(fits, size > std::string("abc,defg").size()) << size;
    }
}

}  // namespace
