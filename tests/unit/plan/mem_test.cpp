// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace phi::plan {
namespace {

using test::Case;

TEST(AskMemory, PrecedenceIsHwConfigAnnotationImageLimitDefault) {
    Case c;
    c.settings.default_memory = 1 << 20;
    EXPECT_EQ(c.request().memory, 1U << 20);
    c.spec.resources.memory_limit = 2 << 20;
    EXPECT_EQ(c.request().memory, 2U << 20);
    c.choice.memory = 3U << 20;
    EXPECT_EQ(c.request().memory, 3U << 20);
    c.annotate("memory", "4M");
    EXPECT_EQ(c.request().memory, 4U << 20);
    c.hw().memory = 5U << 20;
    EXPECT_EQ(c.request().memory, 5U << 20);
}

TEST(AskMemory, ANegativeLimitIsNone) {
    Case c;
    c.spec.resources.memory_limit = -1;
    EXPECT_EQ(c.request().memory, c.settings.default_memory);
}

TEST(AskMemory, AnnotationsTakeBytesAndSuffixes) {
    Case c;
    c.annotate("memory", "65536");
    EXPECT_EQ(c.request().memory, 65536U);
    c.annotate("memory", "64K");
    EXPECT_EQ(c.request().memory, 65536U);
    c.annotate("memory", "2G");
    EXPECT_EQ(c.request().memory, 2ULL << 30);
}

TEST(AskMemory, BadSizesAreNamed) {
    for (const char* bad : {"", "0", "-1", "64MB", "lots", "99999999999999999999", "16777216T"}) {
        Case c;
        c.annotate("memory", bad);
        EXPECT_MENTIONS(c.refused(), "annotation org.runphi.memory") << bad;
    }
    Case zero;
    zero.hw().memory = 0;
    EXPECT_MENTIONS(zero.refused(), "vm.hwConfig.memory");
}

}  // namespace
}  // namespace phi::plan
