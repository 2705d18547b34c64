// SPDX-License-Identifier: Apache-2.0
// Memory that two domains share: the piece of the machine's that `boot` keeps from Xen and dom0.
#if defined(__aarch64__)
#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

class Channel : public Container {
  protected:
    Channel() { configure("{\"annotations\": [\"org.runphi.channels\"]}\n"); }
    ~Channel() override {
        for (const char* id : {"c", "other"}) runphi({"delete", "--force", id});
        configure("");
    }

    static std::string bundle(const std::string& inmate) {
        return inmate_bundle(inmate, "\"org.runphi.channels\": \"ring@0x8fe00000\"");
    }

    ChangedBoard board_{
        shared_cpus,
        {"\"channels\": []",
         "\"channels\": [{\"name\": \"ring@0x8fe00000\", \"size\": \"2M\", \"peers\": 2}]"}};
};

// One asks, and the other one answers: each sees what the other writes.
TEST_F(Channel, CarriesAQuestionAndItsAnswer) {
    begin(bundle("tell"));
    ASSERT_TRUE(says("asked\n")) << output();
    const Result other = runphi({"run", "--bundle", bundle("hear"), "other"});
    EXPECT_EQ(other.status, 7) << other.err;
    EXPECT_EQ(other.out, "heard\n");
    EXPECT_EQ(ends(), 7);
    EXPECT_EQ(output(), "asked\nanswered\n");
}

// Where there is no grant, there is no memory, which Xen makes an exception of the guest's.
TEST_F(Channel, IsNotSeenByWhoWasNotGivenIt) {
    const Result ran = run(inmate_bundle("hear"));
    EXPECT_EQ(ran.status, 134) << ran.err;
    EXPECT_EQ(ran.out, "unhandled exception\n");
}

}  // namespace
}  // namespace phi::test
#endif
