// SPDX-License-Identifier: Apache-2.0
#include "core/plan/managers.hpp"
#include "support.hpp"

namespace phi::plan {
namespace {

using test::Case;
using test::error_of;

TEST(AskDevices, HwConfigNamesPathsFramesAndInterrupts) {
    Case c;
    c.hw().dtdevs = {"/soc/uart"};
    c.hw().iomems = {{0x20000, 0x9010, 2}};
    c.hw().irqs = {40, 41};
    const board::Request request = c.request();
    EXPECT_EQ(request.device_tree_paths, std::vector<std::string>{"/soc/uart"});
    ASSERT_EQ(request.iomems.size(), 1U);
    EXPECT_EQ(request.iomems[0].base, 0x9010000U);
    EXPECT_EQ(request.iomems[0].size, 0x2000U);
    EXPECT_EQ(guest_base(c.spec, request.iomems[0]), 0x20000000U);
    EXPECT_EQ(request.irqs, (std::vector<std::uint32_t>{40, 41}));
}

TEST(AskDevices, FramesPastTheAddressSpaceAreRefused) {
    constexpr std::uint64_t frames = std::uint64_t{1} << 52;  // of a 64-bit address space
    const std::vector<std::pair<oci::IoMem, const char*>> bad{
        {{0, frames, 1}, "firstMFN"},   {{frames, 0, 1}, "firstGFN"},
        {{0, 0, frames}, "nrMFNs"},     {{0, UINT64_MAX, 1}, "firstMFN"},
        {{0, 0, UINT64_MAX}, "nrMFNs"}, {{0, frames - 1, 2}, "2^64"},
        {{frames - 1, 0, 2}, "2^64"},   {{0, 0, 0}, "nrMFNs"}};
    for (const auto& [range, part] : bad) {
        Case c;
        c.hw().iomems = {range};
        const std::string message = c.refused();
        EXPECT_MENTIONS(message, "vm.hwConfig.iomems");
        EXPECT_MENTIONS(message, part);
    }
    Case last;
    last.hw().iomems = {{frames - 1, frames - 1, 1}};
    EXPECT_EQ(last.request().iomems[0].base + 4095, UINT64_MAX);
}

TEST(AskDevices, TooManyItemsAreRefused) {
    Case c;
    c.hw().irqs.resize(1025);
    EXPECT_MENTIONS(c.refused(), "vm.hwConfig.irqs");
    Case d;
    d.hw().irqs.resize(1024);
    EXPECT_EQ(d.request().irqs.size(), 1024U);
}

TEST(AskDevices, GrantingAnnotationsAreDeniedUnlessTheNodeAllowsThem) {
    for (const char* name : {"devices", "iomems", "irqs", "channels"}) {
        Case c;
        c.annotate(name, "1");
        c.allow("something-else");
        const Error error = error_of([&] { c.request(); });
        EXPECT_EQ(error.code(), Code::denied);
        EXPECT_MENTIONS(error.message(), std::string("org.runphi.") + name);
        EXPECT_MENTIONS(error.hint(), "\"annotations\" in /etc/runphi/runphi.json");
    }
}

TEST(AskDevices, AllowedAnnotationsAddToHwConfig) {
    Case c;
    c.hw().dtdevs = {"/soc/uart"};
    c.annotate("devices", "gpio,/soc/rtc");
    c.annotate("iomems", "0x9010000+0x1000,0x9020000+4K");
    c.annotate("irqs", "7,8");
    for (const char* name : {"devices", "iomems", "irqs"}) c.allow(name);
    const board::Request request = c.request();
    EXPECT_EQ(request.devices, std::vector<std::string>{"gpio"});
    EXPECT_EQ(request.device_tree_paths, (std::vector<std::string>{"/soc/uart", "/soc/rtc"}));
    ASSERT_EQ(request.iomems.size(), 2U);
    EXPECT_EQ(request.iomems[1].base, 0x9020000U);
    EXPECT_EQ(request.iomems[1].size, 4096U);
    EXPECT_EQ(guest_base(c.spec, request.iomems[1]), 0x9020000U);
    EXPECT_EQ(request.irqs, (std::vector<std::uint32_t>{7, 8}));
}

TEST(AskDevices, ANodeBelowOurFolderIsADeviceByItsName) {
    Case c;
    c.spec.device_paths = {"/dev/fuse", "/dev/runphi/uart1", "/dev/runphi//soc/rtc@1"};
    EXPECT_EQ(c.request().devices, (std::vector<std::string>{"uart1", "/soc/rtc@1"}));
}

TEST(AskDevices, ANodeAndAnAnnotationOfOneDeviceAreOneRequest) {
    Case c;
    c.spec.device_paths = {"/dev/runphi/uart1", "/dev/runphi/uart1"};
    c.annotate("devices", "uart1,gpio");
    c.allow("devices");
    EXPECT_EQ(c.request().devices, (std::vector<std::string>{"uart1", "gpio"}));
}

TEST(AskDevices, TooManyNodesAreRefused) {
    Case c;
    for (int i = 0; i < 1025; ++i)
        c.spec.device_paths.push_back("/dev/runphi/" + std::to_string(i));
    EXPECT_MENTIONS(c.refused(), "linux.devices: 1025 items");
}

TEST(AskDevices, BrokenAnnotationsAreNamed) {
    const std::vector<std::pair<const char*, const char*>> bad{
        {"devices", ""},       {"devices", "a,"},        {"devices", "a,,b"},
        {"irqs", "x"},         {"irqs", "-1"},           {"irqs", "4294967296"},
        {"irqs", "1, 2"},      {"iomems", "0x9010000"},  {"iomems", "0x9010000+"},
        {"iomems", "+0x1000"}, {"iomems", "0x1000-0x2"}, {"iomems", "0x1+0x2+0x3"}};
    for (const auto& [name, value] : bad) {
        Case c;
        c.annotate(name, value);
        c.allow(name);
        EXPECT_MENTIONS(c.refused(), std::string("annotation org.runphi.") + name) << value;
    }
}

}  // namespace
}  // namespace phi::plan
