// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "core/base/json.hpp"
#include "core/oci/features.hpp"
#include "core/oci/spec.hpp"
#include "sample.hpp"

extern "C" {
#include "guest/phi-init/mount_options.h"
}

namespace phi::oci {
namespace {

using Pointer = rapidjson::GenericPointer<json::Value>;

class Features : public testing::Test {
  protected:
    json::Document document = json::parse(features_document(), "features");

    std::vector<std::string> list(const char* place) const {
        std::vector<std::string> all;
        const auto* value = Pointer(place).Get(document);
        if (value == nullptr) return all;
        for (const auto& entry : value->GetArray()) all.emplace_back(entry.GetString());
        return all;
    }
    bool flag(const char* place) const {
        const auto* value = Pointer(place).Get(document);
        return value != nullptr && value->GetBool();
    }
};

TEST_F(Features, TellsTheVersions) {
    EXPECT_STREQ(document["ociVersionMin"].GetString(), "1.0.0");
    EXPECT_STREQ(document["ociVersionMax"].GetString(), "1.3.0");
}

TEST_F(Features, BothEndsOfTheVersionsAreAccepted) {
    for (const char* end : {"ociVersionMin", "ociVersionMax"}) {
        const std::string version = "\"" + std::string(document[end].GetString()) + "\"";
        EXPECT_NO_THROW(parse_spec(test::changed("/ociVersion", version.c_str())));
    }
}

TEST_F(Features, EveryNamespaceIsAccepted) {
    const auto names = list("/linux/namespaces");
    EXPECT_EQ(names.size(), 8U);
    for (const auto& name : names) {
        const std::string entry = R"([{"type": ")" + name + "\"}]";
        EXPECT_NO_THROW(parse_spec(test::changed("/linux/namespaces", entry.c_str()))) << name;
    }
}

TEST_F(Features, EveryHookIsRead) {
    const auto names = list("/hooks");
    EXPECT_EQ(names.size(), 6U);
    for (const auto& name : names) {
        const std::string hooks = "{\"" + name + R"(": [{"path": "x"}]})";
        EXPECT_ANY_THROW(parse_spec(test::changed("/hooks", hooks.c_str()))) << name;
    }
}

TEST_F(Features, EveryMountOptionIsKnownToTheGuest) {
    const auto names = list("/mountOptions");
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_GT(names.size(), 30U);
    for (const auto& name : names) {
        if (name == "bind" || name == "rbind") continue;  // the packer's
        phi_mount_flags flags;
        char data[64] = "";
        EXPECT_TRUE(phi_mount_options(name.c_str(), &flags, data, sizeof data)) << name;
        EXPECT_STREQ(data, "") << name << " is handed to the file system";
    }
}

TEST_F(Features, TellsWhatAPartitionDoesNotHonour) {
    EXPECT_TRUE(flag("/linux/cgroup/v1"));
    EXPECT_TRUE(flag("/linux/cgroup/v2"));
    for (const char* place : {"/linux/seccomp/enabled", "/linux/apparmor/enabled",
                              "/linux/selinux/enabled", "/linux/cgroup/systemd"}) {
        ASSERT_NE(Pointer(place).Get(document), nullptr) << place;
        EXPECT_FALSE(flag(place)) << place;
    }
    EXPECT_EQ(list("/linux/capabilities").size(), 41U);
}

TEST_F(Features, AnnotationsAreStrings) {
    for (const auto& member : std::as_const(document)["annotations"].GetObject()) {
        EXPECT_TRUE(member.value.IsString()) << member.name.GetString();
    }
    EXPECT_STREQ(document["annotations"]["org.runphi.vm.enabled"].GetString(), "true");
    const auto unsafe = list("/potentiallyUnsafeConfigAnnotations");
    EXPECT_NE(std::find(unsafe.begin(), unsafe.end(), "org.runphi."), unsafe.end());
}

TEST_F(Features, IsPrintedAsRuncPrintsIt) {
    const std::string text = features_document();
    EXPECT_EQ(text.substr(0, 32), "{\n    \"ociVersionMin\": \"1.0.0\",\n");
    EXPECT_EQ(text.substr(text.size() - 3), "\n}\n");
}

}  // namespace
}  // namespace phi::oci
