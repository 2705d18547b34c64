// SPDX-License-Identifier: Apache-2.0
#include "core/network/guest_records.hpp"

#include <gtest/gtest.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::network {
namespace {

Interface eth0() {
    Interface one;
    one.name = "eth0";
    one.mac = "02:42:0a:00:00:02";
    one.mtu = 1400;
    one.up = true;
    one.accept_ra = 1;
    return one;
}

TEST(GuestRecords, AreOneLineAThing) {
    Interface one = eth0();
    one.addresses = {{"10.0.0.2", 24, "", "10.0.0.255", 0}, {"10.0.1.2", 32, "10.0.1.1", "", 253}};
    one.routes = {{"0.0.0.0", 0, "10.0.0.1", "10.0.0.2", 7, 0, 3, true, 1300}};
    one.neighbours = {{"10.0.0.1", "02:00:00:00:00:01"}};
    Interface other = eth0();
    other.name = "net1";
    other.ipv6 = false;
    other.up = false;
    std::string text = guest_records({one, other}, {"127.0.0.11", "127.0.0.53"});
    for (char& byte : text) byte = byte == '\0' ? '\n' : byte;
    EXPECT_EQ(text,
              "format=1\n"
              "interface=02:42:0a:00:00:02 1400 1 1 1 eth0\n"
              "address=10.0.0.2 24 - 10.0.0.255 0\n"
              "address=10.0.1.2 32 10.0.1.1 - 253\n"
              "route=0.0.0.0 0 10.0.0.1 10.0.0.2 7 0 3 1 1300\n"
              "neighbour=10.0.0.1 02:00:00:00:00:01\n"
              "interface=02:42:0a:00:00:02 1400 0 0 1 net1\n"
              "resolver=127.0.0.11\n"
              "resolver=127.0.0.53\n");
}

TEST(GuestRecords, AreBounded) {
    EXPECT_THROW(guest_records(std::vector<Interface>(17, eth0()), {}), Error);
    Interface one = eth0();
    one.routes.resize(50'000, {"10.0.0.0", 8, "10.0.0.1", "", 0, 0, 0, false, 0});
    EXPECT_THROW(guest_records({one}, {}), Error);
}

}  // namespace
}  // namespace phi::network
