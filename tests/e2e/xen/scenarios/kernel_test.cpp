// SPDX-License-Identifier: Apache-2.0
// A kernel of the image's own, which Xen asks to shut down by xenstore.
#include <chrono>

#include "runphi.hpp"

namespace phi::test {
namespace {

constexpr const char* idle_guest =
    "/bin/busybox mount -t devtmpfs devtmpfs /dev\n"
    "exec >/dev/hvc0 2>&1\n"
    "echo ready\n"
    "while :; do /bin/busybox sleep 1; done\n";

class Kernel : public Container {};

// One that does not hear keeps nobody waiting: not who has asked, and not who asks for more. libxl
// would wait for a minute.
TEST_F(Kernel, IsShutDownByTERMWhenItHears) {
    begin(kernel_bundle("kernel", idle_guest));
    ASSERT_TRUE(says("ready")) << output();
    EXPECT_EQ(runphi({"pause", "c"}).err, "");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(runphi({"kill", "c", "TERM"}).err, "");
    EXPECT_EQ(runphi({"resume", "c"}).err, "");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(45));
    EXPECT_EQ(ends(), 0);
}

}  // namespace
}  // namespace phi::test
