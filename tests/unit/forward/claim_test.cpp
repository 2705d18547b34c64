// SPDX-License-Identifier: Apache-2.0
#include "core/forward/claim.hpp"

#include <gtest/gtest.h>

#include "support/folder.hpp"

namespace phi::forward {
namespace {

// A bundle with this in its config.json, beside what every one has.
class Bundle {
  public:
    explicit Bundle(const std::string& members, const std::string& args = "\"sh\"",
                    const std::string& env = "\"PATH=/bin\"") {
        folder_.write("rootfs/bin/sh", "x");
        folder_.write("config.json",
                      "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"process\": "
                      "{\"cwd\": \"/\", \"args\": [" +
                          args + "], \"env\": [" + env + "]}" + members + "}");
    }

    bool claimed(Settings::Select select = Settings::Select::marked) const {
        Settings settings;
        settings.select = select;
        return claims_bundle(settings, folder_.path());
    }
    test::Folder& folder() { return folder_; }

  private:
    test::Folder folder_;
};

TEST(Claim, AnOrdinaryContainerIsNotOurs) {
    EXPECT_FALSE(Bundle("").claimed());
    EXPECT_FALSE(Bundle(", \"annotations\": {\"org.other\": \"x\"}").claimed());
}

TEST(Claim, EachMarkMakesItOurs) {
    EXPECT_TRUE(Bundle(", \"vm\": {\"kernel\": {\"path\": \"/k\"}}").claimed());
    EXPECT_TRUE(Bundle(", \"annotations\": {\"org.runphi.guest\": \"linux\"}").claimed());
    EXPECT_TRUE(Bundle("", "\"sh\"", "\"INMATE=/boot/inmate\"").claimed());
    Bundle image("");
    image.folder().write("rootfs/boot/configuration.json", "{\"inmate\": \"/boot/i\"}");
    EXPECT_TRUE(image.claimed());
}

TEST(Claim, TheSettingsCanSelectAll) {
    EXPECT_TRUE(Bundle("").claimed(Settings::Select::all));
    EXPECT_FALSE(Bundle(", \"annotations\": {\"org.runphi.runtime\": \"runc\"}")
                     .claimed(Settings::Select::all));
}

TEST(Claim, TheSettingsCanSelectNone) {
    const auto none = Settings::Select::none;
    EXPECT_FALSE(Bundle("").claimed(none));
    EXPECT_FALSE(Bundle(", \"vm\": {\"kernel\": {\"path\": \"/k\"}}").claimed(none));
}

TEST(Claim, ASandboxIsNeverOurs) {
    const auto all = Settings::Select::all;
    EXPECT_FALSE(Bundle(", \"annotations\": {\"io.kubernetes.cri.container-type\": \"sandbox\"}")
                     .claimed(all));
    EXPECT_FALSE(Bundle(", \"annotations\": {\"io.kubernetes.cri-o.ContainerType\": \"sandbox\"}")
                     .claimed(all));
    EXPECT_FALSE(Bundle("", "\"/pause\"").claimed(all));
    EXPECT_FALSE(Bundle(", \"annotations\": {\"org.runphi.guest\": \"linux\", "
                        "\"io.kubernetes.cri.container-type\": \"sandbox\"}")
                     .claimed());
    EXPECT_TRUE(Bundle(", \"annotations\": {\"io.kubernetes.cri.container-type\": \"container\"}")
                    .claimed(all));
}

TEST(Claim, WhatCannotBeReadIsRuncsToReport) {
    test::Folder empty;
    const Settings settings;
    EXPECT_FALSE(claims_bundle(settings, empty.path()));
    EXPECT_FALSE(claims_bundle(settings, empty.path() + "/none"));
    empty.write("config.json", "{not json");
    EXPECT_FALSE(claims_bundle(settings, empty.path()));
}

// Handed over, it would run as an ordinary process, because runc knows nothing of a vm section.
TEST(Claim, ABrokenRequestForAPartitionIsOurs) {
    test::Folder folder;
    folder.write("config.json", "{\"ociVersion\": \"1.0.2\", \"vm\": 17}");
    EXPECT_TRUE(claims_bundle(Settings(), folder.path()));
    folder.write("config.json", "{\"annotations\": {\"org.runphi.guest\": 1}}");
    EXPECT_TRUE(claims_bundle(Settings(), folder.path()));
    // runc would take the last of them.
    folder.write("config.json",
                 "{\"annotations\": {\"org.runphi.guest\": \"linux\"}, "
                 "\"annotations\": {\"org.runphi.runtime\": \"runc\"}}");
    EXPECT_TRUE(claims_bundle(Settings(), folder.path()));
}

TEST(Claim, AMistakeElsewhereIsRuncsToReport) {
    EXPECT_FALSE(Bundle(", \"mounts\": \"INMATE=/x\", \"hostname\": \"\\\"vm\\\"\"").claimed());
}

}  // namespace
}  // namespace phi::forward
