// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

void live_and_die(const std::string& bundle, const std::string& id) {
    ASSERT_EQ(runphi({"create", "--bundle", bundle, id}).err, "");
    ASSERT_EQ(runphi({"start", id}).err, "");
    EXPECT_EQ(domains().size(), 1U);
    ASSERT_EQ(runphi({"delete", "--force", id}).err, "");
}

TEST(Domains, ManyInTurnGiveAllMemoryBack) {
    constexpr int turns = 20;
    constexpr int first_ones = 3;  // with these Xen's own allocator grows
    const std::string bundle = inmate_bundle("spin");
    for (int i = 0; i < first_ones; ++i) live_and_die(bundle, text("first-", i));
    const Leftovers before;
    for (int i = 0; i < turns && !testing::Test::HasFatalFailure(); ++i)
        live_and_die(bundle, text("turn-", i));
    EXPECT_EQ(before.after_a_while(), "");
    EXPECT_LE(before.missing_pages(0), 0);
}

}  // namespace
}  // namespace phi::test
