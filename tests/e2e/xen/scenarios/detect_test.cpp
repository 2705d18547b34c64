// SPDX-License-Identifier: Apache-2.0
#include "runphi.hpp"

namespace phi::test {
namespace {

TEST(Runphi, TellsItsVersion) {
    const Result told = runphi({"--version"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("runphi"), std::string::npos) << told.out;
}

}  // namespace
}  // namespace phi::test
