// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "runphi.hpp"

namespace phi::test {
namespace {

TEST(Runphi, TellsItsVersion) {
    const Result told = runphi({"--version"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("runphi"), std::string::npos) << told.out;
}

TEST(Detect, SaysXen) {
    const Result told = runphi({"detect"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("Containers get xen."), std::string::npos) << told.out;
}

// dom0 has CPU 0, and CPU 1 is for partitions.
TEST(Board, IsDiscovered) {
    const Result told = runphi({"board", "--discover"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("\"ids\": \"1\""), std::string::npos) << told.out;
    EXPECT_NE(told.out.find("Xen 4."), std::string::npos) << told.out;
}

// The machine is another one: `run` boots it.
TEST(NotXen, IsToldSoon) {
    const auto begin = std::chrono::steady_clock::now();
    const Result told = runphi({"detect"});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
    EXPECT_NE(told.out.find("No backend fits this machine."), std::string::npos) << told.out;
}

}  // namespace
}  // namespace phi::test
