// SPDX-License-Identifier: Apache-2.0
// A device of the machine in a domain: the PL031 clock, which `boot` keeps from dom0.
#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

class Device : public Container {
  protected:
    Device() { configure("{\"annotations\": [\"org.runphi.devices\"]}\n"); }
    ~Device() override {
        runphi({"delete", "--force", "c"});
        configure("");
    }

    // Which of the machine's devices dom0 does without the administrator knows, and not Xen.
    ChangedBoard board_{
        {"\"devices\": []",
         "\"devices\": [{\"name\": \"clock\", \"path\": \"/pl031@9010000\", "
         "\"iomem\": [{\"base\": \"0x9010000\", \"size\": \"4K\"}], \"irqs\": [34]}]"}};
};

TEST_F(Device, HasItsRegistersAndItsInterrupt) {
    const Result ran = run(inmate_bundle("alarm", "\"org.runphi.devices\": \"clock\""));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, text(hello, "the alarm went off\n"));
}

// The registers are not there, which Xen makes an exception of the guest's.
TEST_F(Device, IsNotSeenByWhoWasNotGivenIt) {
    const Result ran = run(inmate_bundle("alarm"));
    EXPECT_EQ(ran.status, 134) << ran.err;
    EXPECT_EQ(ran.out, text(hello, "unhandled exception\n"));
}

}  // namespace
}  // namespace phi::test
