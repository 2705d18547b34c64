// SPDX-License-Identifier: Apache-2.0
#include "core/plan/managers.hpp"
#include "support.hpp"

namespace phi::plan {
namespace {

using test::Case;

TEST(Network, TheAnnotationGoesBeforeTheImage) {
    Case c;
    EXPECT_EQ(network(c.spec, c.choice), "");
    c.choice.net = "10.0.0.2/24";
    EXPECT_EQ(network(c.spec, c.choice), "10.0.0.2/24");
    c.annotate("net", "user");
    EXPECT_EQ(network(c.spec, c.choice), "user");
}

TEST(AskChannels, AreNamedInAnAllowedAnnotation) {
    Case c;
    EXPECT_TRUE(c.request().channels.empty());
    c.annotate("channels", "a,b");
    c.allow("channels");
    EXPECT_EQ(c.request().channels, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace phi::plan
