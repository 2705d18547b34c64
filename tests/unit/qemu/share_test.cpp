// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/share.hpp"

#include <gtest/gtest.h>

namespace runphi::qemu {
namespace {

TEST(Share, IsServedFromASandboxWithNoRightThatItDoesNotNeed) {
    const SharePart part{"/usr/lib/qemu/virtiofsd", "runphi", "/run/runPHI/c/shares"};
    const std::vector<std::string> expected = {"/usr/lib/qemu/virtiofsd",
                                               "--fd=3",
                                               "-o",
                                               "source=/run/runPHI/c/shares",
                                               "--rlimit-nofile=20000",
                                               "-o",
                                               "sandbox=namespace",
                                               "-o",
                                               "modcaps=-mknod",
                                               "-o",
                                               "cache=auto",
                                               "-o",
                                               "announce_submounts",
                                               "-o",
                                               "xattr"};
    EXPECT_EQ(share_command(part, 20000), expected);
}

TEST(Share, TheProgramOfTheSettingsIsTheOnlyOne) {
    Settings settings = Settings::parse(R"({"virtiofsd": "/bin/true"})");
    EXPECT_EQ(find_virtiofsd(settings), "/bin/true");
    settings.virtiofsd = "/nonexistent/virtiofsd";
    EXPECT_EQ(find_virtiofsd(settings), "");
    EXPECT_THROW(Settings::parse(R"({"virtiofsd": "virtiofsd"})"), sdk::Error);
}

}  // namespace
}  // namespace runphi::qemu
