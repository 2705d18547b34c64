// SPDX-License-Identifier: Apache-2.0
// Linked into a test program, this makes the oldest kernel that is supported of any newer one, if
// RUNPHI_TEST_KERNEL is 5.3: the program, and what it starts, have no system call that came later.
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "support/deny_syscalls.hpp"

namespace phi::test {
namespace {

class OldKernel : public testing::Environment {
    void SetUp() override {
        const char* wanted = ::getenv("RUNPHI_TEST_KERNEL");
        if (wanted == nullptr) return;
        ASSERT_EQ(std::string_view(wanted), "5.3");
        ASSERT_TRUE(
            deny_syscalls({SYS_openat2, SYS_pidfd_getfd, SYS_faccessat2, SYS_close_range}, ENOSYS));
    }
};

const auto* const registered = testing::AddGlobalTestEnvironment(new OldKernel);

}  // namespace
}  // namespace phi::test
