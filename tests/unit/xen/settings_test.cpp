// SPDX-License-Identifier: Apache-2.0
#include "plugins/xen/settings.hpp"

#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

std::string refused(const char* json) {
    return refusal([&] { Settings::parse(json); });
}

TEST(XenSettings, HaveDefaults) {
    const Settings settings = Settings::parse("{}");
    EXPECT_FALSE(settings.pv);
    EXPECT_FALSE(settings.keep_images);
    EXPECT_EQ(settings.timeout_ms, 30'000);
}

TEST(XenSettings, AreRead) {
    const Settings settings = Settings::parse(
        R"({"type":"pv","keep_images":true,"device_trees":{"rtc":"/a.dtb"},"timeout_ms":500})");
    EXPECT_TRUE(settings.pv);
    EXPECT_TRUE(settings.keep_images);
    EXPECT_EQ(settings.device_trees.at("rtc"), "/a.dtb");
    EXPECT_EQ(settings.timeout_ms, 500);
}

TEST(XenSettings, RefusalsNameTheKey) {
    EXPECT_EQ(refused(R"({"speed":1})"), "backend_settings.xen.speed: unknown key");
    EXPECT_EQ(refused(R"({"type":"hvm"})"), "backend_settings.xen.type: \"hvm\" is not pvh or pv");
    EXPECT_EQ(refused(R"({"programs":"x"})"),
              "backend_settings.xen.programs: \"x\" is not an absolute path");
    EXPECT_HAS(refused(R"({"timeout_ms":1})"), "backend_settings.xen.timeout_ms: 1");
}

}  // namespace
}  // namespace xen_test
