// SPDX-License-Identifier: Apache-2.0
// SIGKILL takes the container's monitor in the middle of its work.
#include <signal.h>

#include "runphi.hpp"

namespace phi::test {
namespace {

// Its fixture deletes it, and looks whether anything is left.
class Killed : public Container {};

TEST_F(Killed, MonitorOfARunningDomainLeavesNothing) {
    ASSERT_EQ(runphi({"create", "--bundle", inmate_bundle("spin"), "c"}).err, "");
    ASSERT_EQ(runphi({"start", "c"}).err, "");
    const std::string state = runphi({"state", "c"}).out;
    const auto at = state.find("\"pid\": ");
    ASSERT_NE(at, std::string::npos) << state;
    ::kill(std::stoi(state.substr(at + 7)), SIGKILL);
}

}  // namespace
}  // namespace phi::test
