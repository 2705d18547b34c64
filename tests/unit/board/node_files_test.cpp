// SPDX-License-Identifier: Apache-2.0
#include "core/board/node_files.hpp"

#include <gtest/gtest.h>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/board/label.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::board {
namespace {

Board with_devices(const std::vector<std::string>& names) {
    Board board;
    for (const auto& name : names) board.devices.push_back({name, "", {}, {}});
    return board;
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Cdi, EachDeviceIsANameBelowOurFolder) {
    const std::string text = cdi(with_devices({"uart1", "rtc"}));
    const json::Document document = json::parse(text, "cdi");
    const json::Node root(document, "cdi");
    EXPECT_EQ(root.at("cdiVersion").as_string(), "0.5.0");
    EXPECT_EQ(root.at("kind").as_string(), "runphi.org/device");
    std::vector<std::string> devices;
    root.at("devices").each([&](const json::Node& device) {
        device.at("containerEdits").at("deviceNodes").each([&](const json::Node& node) {
            EXPECT_EQ(node.at("hostPath").as_string(), "/dev/null");
            devices.push_back(device.at("name").as_string() + " " + node.at("path").as_string());
        });
    });
    EXPECT_EQ(devices,
              (std::vector<std::string>{"uart1 /dev/runphi/uart1", "rtc /dev/runphi/rtc"}));
}

TEST(Cdi, NamesAreWhatCdiAllowsAndPathsAreTheBoards) {
    const std::string text = cdi(with_devices({"/soc/uart@9000000"}));
    EXPECT_NE(text.find("\"soc_uart_9000000\""), std::string::npos) << text;
    EXPECT_NE(text.find("/dev/runphi//soc/uart@9000000"), std::string::npos) << text;
}

TEST(Cdi, TwoDevicesOfOneNameAreRefused) {
    try {
        cdi(with_devices({"uart@1", "uart+1"}));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid);
        EXPECT_EQ(error.message(),
                  "board: the devices \"uart@1\" and \"uart+1\" would both be \"uart_1\" in CDI");
    }
}

TEST(Cdi, ABoardWithoutDevicesHasNone) {
    EXPECT_NE(cdi(Board{}).find("\"devices\": []"), std::string::npos);
}

TEST(NodeLabels, TellTheBackendWhatItCanAndWhatThereIs) {
    Board board = with_devices({"uart1"});
    board.cpus = {2, 3};
    board.memory = {{"a", 0, 1ULL << 30}, {"b", 1ULL << 32, 512ULL << 20}};
    board.channels = {{"ring", 4096, 2}};
    const std::string labels = node_labels(
        board,
        {"jailhouse", "0.12 (next)", RUNPHI_CAP_PAUSE | RUNPHI_CAP_LINUX | RUNPHI_CAP_ADOPTS});
    EXPECT_EQ(labels,
              "runphi.backend=jailhouse\n"
              "runphi.backend-version=0.12__next\n"
              "runphi.can-linux=true\n"
              "runphi.can-pause=true\n"
              "runphi.cpus=2\n"
              "runphi.exclusive-cpus=true\n"
              "runphi.memory-mib=1536\n"
              "runphi.device-uart1=true\n"
              "runphi.channel-ring=true\n");
}

TEST(NodeLabels, AreNotLongerThanKubernetesTakes) {
    const std::string fits(63 - 14, 'd');
    const std::string labels =
        node_labels(with_devices({fits, fits + "d"}), {"xen", std::string(70, '4'), 0});
    EXPECT_TRUE(has_line(labels, "runphi.device-" + fits + "=true")) << labels;
    EXPECT_TRUE(has_line(labels, "# too long for a label: runphi.device-" + fits + "d")) << labels;
    EXPECT_TRUE(has_line(labels, "runphi.backend-version=" + std::string(63, '4'))) << labels;
}

TEST(LabelText, HasALetterOrDigitAtBothEnds) {
    EXPECT_EQ(label_text("-a.b-", "-."), "a.b");
    EXPECT_EQ(label_text("a/b:c", "-."), "a_b_c");
    EXPECT_EQ(label_text("//", "-."), "x");
    EXPECT_EQ(label_text("", "-."), "x");
}

}  // namespace
}  // namespace phi::board
