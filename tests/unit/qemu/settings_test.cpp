// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/settings.hpp"

#include <gtest/gtest.h>

#include <runphi/sdk.hpp>

namespace runphi::qemu {
namespace {

std::string refusal(const char* json) {
    try {
        Settings::parse(json);
    } catch (const sdk::Error& error) {
        return error.message();
    }
    return "accepted";
}

TEST(Settings, HaveDefaults) {
    const Settings settings = Settings::parse("{}");
    EXPECT_EQ(settings.accelerator, Accelerator::automatic);
    EXPECT_TRUE(settings.emulator_x86_64.empty());
    EXPECT_FALSE(settings.prealloc.has_value());
}

TEST(Settings, AreRead) {
    const Settings settings =
        Settings::parse(R"({"accel":"kvm","emulator":{"aarch64":"/opt/q"},"prealloc":false})");
    EXPECT_EQ(settings.accelerator, Accelerator::kvm);
    EXPECT_EQ(settings.emulator_aarch64, "/opt/q");
    EXPECT_EQ(settings.prealloc, false);
}

TEST(Settings, RefusalsNameTheKey) {
    EXPECT_EQ(refusal(R"({"speed":1})"), "backend_settings.qemu.speed: unknown key");
    EXPECT_EQ(refusal(R"({"accel":"hvf"})"),
              "backend_settings.qemu.accel: \"hvf\" is not auto, tcg or kvm");
    EXPECT_EQ(refusal(R"({"emulator":{"x86_64":"qemu"}})"),
              "backend_settings.qemu.emulator.x86_64: \"qemu\" is not an absolute path");
    EXPECT_EQ(refusal(R"({"emulator":{"riscv64":"/q"}})"),
              "backend_settings.qemu.emulator.riscv64: unknown key");
    EXPECT_EQ(refusal(R"({"prealloc":1})"),
              "backend_settings.qemu.prealloc: expected true or false, found a number");
}

}  // namespace
}  // namespace runphi::qemu
