// SPDX-License-Identifier: Apache-2.0
#include "core/network/resolvers.hpp"

#include <gtest/gtest.h>

namespace phi::network {
namespace {

using Found = std::vector<std::string>;

TEST(Resolvers, AreThoseOfTheNamespacesLoopback) {
    EXPECT_EQ(loopback_resolvers("search lan\nnameserver 127.0.0.11\noptions ndots:0\n"),
              Found{"127.0.0.11"});
    EXPECT_EQ(loopback_resolvers("\tnameserver\t 127.0.0.53  trust-ad\nnameserver 127.1.2.3"),
              (Found{"127.0.0.53", "127.1.2.3"}));
    EXPECT_EQ(loopback_resolvers("nameserver 127.0.0.11\nnameserver 127.0.0.11\n"),
              Found{"127.0.0.11"});
}

TEST(Resolvers, TheGuestsOwnAndThoseOfTheNetworkAreNone) {
    for (const char* text :
         {"", "nameserver 127.0.0.1\n", "nameserver 10.1.0.1\n", "nameserver ::1\n",
          "nameserver 127.0.0\n", "nameserver\n", "#nameserver 127.0.0.11\n",
          "nameservers 127.0.0.11\n", "nameserver 127.0.0.11x\n"}) {
        EXPECT_EQ(loopback_resolvers(text), Found{}) << text;
    }
}

TEST(Resolvers, TheFirstThreeCount) {
    EXPECT_EQ(loopback_resolvers("nameserver 10.0.0.1\nnameserver 10.0.0.2\n"
                                 "nameserver 127.0.0.3\nnameserver 127.0.0.4\n"),
              Found{"127.0.0.3"});
}

}  // namespace
}  // namespace phi::network
