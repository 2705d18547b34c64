// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/boot/image_config.hpp"
#include "support.hpp"

namespace phi::boot {
namespace {

using test::error_of;

Wishes parse(const std::string& text) {
    return parse_image_config({"/boot/config.json", text});
}

std::string nested(unsigned depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ImageConfig, KnowsOurFilesFromOthers) {
    for (const std::string ours : {
             R"({"os_var": "linux", "inmate": "/boot/Image", "net": "no"})",
             R"({"inmate": "/boot/demo.bin"})",
             R"({"inmate": "/boot/demo.bin", "unknown": 1})",
             R"({"kernel": "/boot/Image", "ramdisk": "/boot/r"})",
             R"({"memory": 512})",
             R"({"os_var": )",
             R"( {"inmate": "/x",})",
         }) {
        EXPECT_TRUE(is_image_config(ours)) << ours;
    }
    EXPECT_TRUE(is_image_config(R"({"inmate": )" + nested(40) + "}"));
    EXPECT_TRUE(is_image_config(R"({"inmate": ")" + std::string(70000, 'x')));
}

TEST(ImageConfig, LeavesInnocentFilesAlone) {
    for (const std::string other : {
             "",
             "{}",
             "[]",
             "null",
             "true",
             "42",
             "\"inmate\"",
             "os_var = linux",
             R"(["inmate"])",
             R"({"kernel": "5.10", "modules": ["a"]})",
             R"({"title": "Fedora", "linux": "/vmlinuz"})",
             R"({"a": {"inmate": "/x"}})",
             "<config><inmate>/x</inmate></config>",
             "# \"inmate\" in a comment",
             R"({"broken": )",
             R"({"kernel": )",
         }) {
        EXPECT_FALSE(is_image_config(other)) << other;
    }
    EXPECT_FALSE(is_image_config(nested(5000)));
    EXPECT_FALSE(is_image_config(std::string(65537, ' ')));
    EXPECT_FALSE(is_image_config(std::string("\0\0\0\0", 4)));
}

TEST(ImageConfig, ReadsTheOriginalsKeys) {
    const Wishes wishes = parse(R"({
        "cpio": "", "os_var": "zephyr", "kernel": "", "ramdisk": "", "inmate": "/boot/zephyr.bin",
        "dtb": "/boot/virt.dtb", "initrd": "", "netconf": "", "starting_vaddress": "0x70000000",
        "net": "no", "rpu_req": true, "memory": 64, "vcpus": 2, "vcpu_pinning": [],
        "isolcpu": "2,3", "nohz_full": "", "steer_irq": [0], "emulatorpin": null,
        "disk_type": "", "disk_image": "", "disk_size": 0, "accelerators": []})");
    EXPECT_EQ(wishes.inmate->value, "/boot/zephyr.bin");
    EXPECT_EQ(wishes.inmate->where, "/boot/config.json: inmate");
    EXPECT_FALSE(wishes.linux->value);
    EXPECT_EQ(wishes.dtb->value, "/boot/virt.dtb");
    EXPECT_EQ(wishes.load_address->value, 0x70000000U);
    EXPECT_EQ(wishes.net->value, "no");
    EXPECT_EQ(wishes.rpu->value, "any");
    EXPECT_EQ(wishes.memory->value, 64U << 20);
    EXPECT_EQ(wishes.vcpus->value, 2U);
    EXPECT_FALSE(wishes.kernel || wishes.initrd || wishes.disk || wishes.arch);
}

TEST(ImageConfig, EmptyAndZeroMeanNotSaid) {
    const Wishes wishes = parse(R"({"inmate": "", "memory": 0, "vcpus": 0, "net": "",
        "starting_vaddress": "", "rpu_req": false, "os_var": "", "dtb": null})");
    EXPECT_FALSE(wishes.inmate || wishes.memory || wishes.vcpus || wishes.net || wishes.rpu ||
                 wishes.load_address || wishes.linux || wishes.dtb);
    EXPECT_TRUE(wishes.from_image_file);
}

TEST(ImageConfig, NetworkOfBothForms) {
    EXPECT_EQ(parse(R"({"net": "bridge", "netconf": "br0"})").net->value, "bridge:br0");
    EXPECT_EQ(parse(R"({"netconf": "br0"})").net->value, "br0");
    EXPECT_EQ(parse(R"({"net": true})").net->value, "yes");
    EXPECT_EQ(parse(R"({"net": false, "netconf": "br0"})").net->value, "no");
}

TEST(ImageConfig, AnArchiveOrTheWishToPack) {
    EXPECT_EQ(parse(R"({"cpio": "/boot/r.cpio"})").initrd->value, "/boot/r.cpio");
    EXPECT_TRUE(parse(R"({"cpio": "yes"})").linux->value);
    EXPECT_EQ(parse(R"({"initrd": "/r"})").initrd->value, "/r");
}

TEST(ImageConfig, RefusesWhatItCannotMean) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({"inmate": "/x", "colour": 1})", "/boot/config.json.colour: unknown key"},
        {R"({"inmate": 7})", "inmate"},
        {R"({"inmate": ["/x"]})", "inmate"},
        {R"({"os_var": true})", "os_var"},
        {R"({"memory": -1})", "memory"},
        {R"({"memory": 1.5})", "memory"},
        {R"({"memory": "64M"})", "memory"},
        {R"({"memory": 18446744073709551615})", "memory"},
        {R"({"memory": 99999999999999999999999})", "memory"},
        {R"({"vcpus": 4097})", "vcpus"},
        {R"({"vcpus": -1})", "vcpus"},
        {R"({"starting_vaddress": "0xzz"})", "starting_vaddress"},
        {R"({"starting_vaddress": -4})", "starting_vaddress"},
        {R"({"starting_vaddress": "0x10000000000000000"})", "starting_vaddress"},
        {R"({"entry_address": []})", "entry_address"},
        {R"({"net": 7})", "net"},
        {R"({"rpu_req": 7})", "rpu_req"},
        {R"({"cpio": "perhaps"})", "cpio"},
        {R"({"arch": "riscv64"})", "arch"},
        {R"({"ramdisk": "/a", "initrd": "/b"})", "name two files"},
        {R"({"disk_type": "lvm", "disk_size": 5})", "\"lvm\" is not supported"},
        {R"({"disk_type": "file"})", "needs disk_image"},
        {R"({"accelerators": [{"core": "x"}]})", "accelerators"},
        {R"({"accelerator": {"core": "x"}})", "accelerator"},
        {R"({"inmate": "/x")", "/boot/config.json"},
        {R"({"inmate": "/x"} trailing)", "/boot/config.json"},
        {"[1]", "/boot/config.json"},
        {R"({"inmate": )" + nested(40) + "}", "/boot/config.json"},
        {R"({"inmate": ")" + std::string(70000, 'x') + "\"}", "/boot/config.json"},
    };
    for (const auto& [text, words] : cases) {
        const Error error = error_of([&, &config = text] { parse(config); });
        EXPECT_NE(error.message().find(words), std::string::npos)
            << text.substr(0, 80) << " -> " << error.message();
        EXPECT_NE(error.message().find("/boot/config.json"), std::string::npos) << error.message();
    }
}

}  // namespace
}  // namespace phi::boot
