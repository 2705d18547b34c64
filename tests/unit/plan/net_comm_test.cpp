// SPDX-License-Identifier: Apache-2.0
#include "core/plan/managers.hpp"
#include "core/plan/network.hpp"
#include "support.hpp"

namespace phi::plan {
namespace {

using test::Case;
using test::error_of;

TEST(Network, TheAnnotationGoesBeforeTheImage) {
    Case c;
    EXPECT_EQ(network(c.spec, c.choice), "");
    c.choice.net = "10.0.0.2/24";
    EXPECT_EQ(network(c.spec, c.choice), "10.0.0.2/24");
    c.annotate("net", "user");
    EXPECT_EQ(network(c.spec, c.choice), "user");
}

// A config of an engine, with these namespaces.
Case with_namespaces(std::vector<oci::Namespace> namespaces) {
    Case c;
    c.spec.namespaces = std::move(namespaces);
    return c;
}

NetworkMode mode(const Case& c, bool backend_can = true) {
    return network_mode(c.spec, c.choice, backend_can);
}

TEST(NetworkMode, IsWhatTheEngineHasGiven) {
    EXPECT_EQ(mode(Case()), NetworkMode::none);
    EXPECT_EQ(mode(with_namespaces({{"mount", ""}, {"network", ""}})), NetworkMode::container);
    EXPECT_EQ(mode(with_namespaces({{"network", "/no/such/namespace"}})), NetworkMode::container);
    EXPECT_EQ(mode(with_namespaces({{"network", ""}}), false), NetworkMode::none);
}

TEST(NetworkMode, NoneIsAskedForByAnnotationOrImage) {
    for (const char* word : {"none", "no"}) {
        Case c = with_namespaces({{"network", ""}});
        c.choice.net = word;
        EXPECT_EQ(mode(c), NetworkMode::none);
        c.annotate("net", "container");
        EXPECT_EQ(mode(c), NetworkMode::container);
        c.annotate("net", word);
        EXPECT_EQ(mode(c), NetworkMode::none);
    }
}

TEST(NetworkMode, OtherWordsAreTheBackends) {
    Case c;
    c.choice.net = "bridge:br0";
    EXPECT_EQ(mode(c), NetworkMode::backend);
    EXPECT_EQ(mode(c, false), NetworkMode::backend);
    c.choice.net = "yes";
    EXPECT_EQ(mode(c, false), NetworkMode::backend) << "it cannot pass on what the container has";
    EXPECT_MENTIONS(error_of([&] { mode(c); }).message(), "no network namespace");
}

TEST(NetworkMode, TheHostsNetworkIsRefused) {
    for (const Case& c :
         {with_namespaces({{"mount", ""}}), with_namespaces({{"network", "/proc/self/ns/net"}})}) {
        const Error error = error_of([&] { mode(c); });
        EXPECT_EQ(error.code(), Code::unsupported);
        EXPECT_MENTIONS(error.message(), "host's network");
        EXPECT_MENTIONS(error.hint(), "org.runphi.net=none");
        EXPECT_EQ(mode(c, false), NetworkMode::none);
    }
    Case asked;
    asked.annotate("net", "host");
    EXPECT_EQ(error_of([&] { mode(asked); }).code(), Code::unsupported);
    Case without = with_namespaces({{"mount", ""}});
    without.annotate("net", "none");
    EXPECT_EQ(mode(without), NetworkMode::none);
}

TEST(AskChannels, AreNamedInAnAllowedAnnotation) {
    Case c;
    EXPECT_TRUE(c.request().channels.empty());
    c.annotate("channels", "a,b");
    c.allow("channels");
    EXPECT_EQ(c.request().channels, (std::vector<std::string>{"a", "b"}));
}

// Its wish in the image grants nothing; an annotation does, where the node allows channels.
TEST(AskChannels, NetworkThatIsAChannelIsOne) {
    Case c;
    c.board.channels = {{"link", 0, 2}};
    c.choice.net = "link";
    EXPECT_TRUE(c.request().channels.empty());
    c.annotate("net", "user");
    EXPECT_TRUE(c.request().channels.empty());
    c.annotate("net", "link");
    const Error error = error_of([&] { c.request(); });
    EXPECT_EQ(error.code(), Code::denied);
    EXPECT_MENTIONS(error.message(), "this node does not allow channels");
    c.allow("channels");
    EXPECT_EQ(c.request().channels, (std::vector<std::string>{"link"}));
}

}  // namespace
}  // namespace phi::plan
