// SPDX-License-Identifier: Apache-2.0
#include "core/front/core_program.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/error.hpp"

namespace phi::front {
namespace {

TEST(CoreProgram, LiesBesideTheFolderOfThePrograms) {
    EXPECT_EQ(core_program("/usr/bin/runphi"), "/usr/libexec/runphi/runphi-core");
    EXPECT_EQ(core_program("/usr/local/sbin/runc"), "/usr/local/libexec/runphi/runphi-core");
    EXPECT_EQ(core_program("/bin/runphi"), "/libexec/runphi/runphi-core");
    EXPECT_EQ(core_program("/runphi"), "/libexec/runphi/runphi-core");
    // A file that was replaced while it ran.
    EXPECT_EQ(core_program("/opt/x/bin/runphi (deleted)"), "/opt/x/libexec/runphi/runphi-core");
}

// This test has none beside it.
TEST(CoreProgram, IsNamedWhenItIsMissing) {
    char name[] = "runphi";
    char* const argv[] = {name, nullptr};
    const std::string own = std::filesystem::read_symlink("/proc/self/exe");
    try {
        become_core(argv);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::not_found);
        EXPECT_EQ(error.message(), "exec " + core_program(own) + ": no such file or directory");
        EXPECT_NE(error.hint(), "");
    }
}

}  // namespace
}  // namespace phi::front
