// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/oci/spec.hpp"
#include "folder.hpp"
#include "sample.hpp"

namespace phi::oci {
namespace {

using Strings = std::vector<std::string>;

TEST(Glance, SeesTheMarks) {
    const auto glance = glance_spec(test::sample);
    ASSERT_TRUE(glance);
    const Spec& spec = *glance;
    EXPECT_EQ(spec.root_path, "rootfs");
    EXPECT_EQ(*spec.annotation("org.runphi.guest"), "linux");
    EXPECT_EQ(*spec.environment("KERNEL"), "/boot/Image");
    EXPECT_EQ(spec.process->args, Strings{"/bin/app"});
    EXPECT_TRUE(spec.vm);
}

TEST(Glance, SeesInTheConfigurationsOfEnginesWhatTheParserSees) {
    for (const char* name :
         {"containerd.json", "crio.json", "docker.json", "kubernetes.json", "podman.json"}) {
        const std::string text = test::content(std::string(OCI_TEST_DIR "/configs/") + name);
        const Spec whole = parse_spec(text);
        const auto glance = glance_spec(text);
        ASSERT_TRUE(glance) << name;
        EXPECT_EQ(glance->root_path, whole.root_path) << name;
        EXPECT_EQ(glance->annotations, whole.annotations) << name;
        EXPECT_EQ(glance->process->env, whole.process->env) << name;
        EXPECT_EQ(glance->process->args.front(), whole.process->args.front()) << name;
        EXPECT_EQ(glance->vm.has_value(), whole.vm.has_value()) << name;
    }
}

TEST(Glance, TakesWhatIsRefusedElsewhere) {
    const auto glance = glance_spec(R"({"ociVersion": 7, "process": {"cwd": 5, "env": ["A"]},
        "linux": [], "mounts": 9, "a": {"vm": 1, "env": [1]}, "annotations": {"a": "b"}})");
    ASSERT_TRUE(glance);
    EXPECT_EQ(glance->process->env, Strings{"A"});
    EXPECT_EQ(*glance->annotation("a"), "b");
    EXPECT_FALSE(glance->vm);
}

TEST(Glance, NothingAndNullAreNoMark) {
    for (const char* text :
         {"{}", R"({"vm": null, "annotations": null, "root": null, "process": null})",
          R"({"process": {"env": null, "args": null}, "root": {"path": null}})"}) {
        const auto glance = glance_spec(text);
        ASSERT_TRUE(glance) << text;
        EXPECT_FALSE(glance->vm) << text;
        EXPECT_TRUE(glance->annotations.empty()) << text;
    }
}

TEST(Glance, AnyVmAtTheTopIsAMark) {
    for (const char* text : {R"({"vm": {}})", R"({"vm": []})", R"({"vm": 17})", R"({"vm": "x"})",
                             R"({"vm": false})", R"({"\u0076m": {}})"}) {
        const auto glance = glance_spec(text);
        ASSERT_TRUE(glance) << text;
        EXPECT_TRUE(glance->vm) << text;
    }
    EXPECT_FALSE(glance_spec(R"({"linux": {"vm": {}}, "mounts": [{"vm": 1}]})")->vm);
}

TEST(Glance, DoubtsWhatItCannotRead) {
    for (const char* text : {R"({"annotations": 1})",
                             R"({"annotations": ["org.runphi.guest"]})",
                             R"({"annotations": {"a": 1}})",
                             R"({"annotations": {"a": null}})",
                             R"({"annotations": {"a": {"b": "c"}}})",
                             R"({"annotations": {"": "b"}})",
                             R"({"annotations": {"a": "b\u0000"}})",
                             R"({"annotations": {"a\u0000": "b"}})",
                             R"({"annotations": {"a": "b", "a": "c"}})",
                             R"({"annotations": {}, "annotations": {}})",
                             R"({"process": "x"})",
                             R"({"process": [{"env": ["INMATE=/x"]}]})",
                             R"({"process": {"env": {}}})",
                             R"({"process": {"env": "A"}})",
                             R"({"process": {"env": [1]}})",
                             R"({"process": {"env": [null]}})",
                             R"({"process": {"env": [["A"]]}})",
                             R"({"process": {"env": [{"env": "A"}]}})",
                             R"({"process": {"env": [], "env": []}})",
                             R"({"process": {"args": [true]}})",
                             R"({"process": {}, "process": {}})",
                             R"({"root": "x"})",
                             R"({"root": {"path": 1}})",
                             R"({"root": {"path": "a", "path": "b"}})"}) {
        EXPECT_FALSE(glance_spec(text)) << text;
    }
}

TEST(Glance, NoObjectIsNothing) {
    const std::string deep = "{\"a\":" + std::string(100000, '[');
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string("7"),
          std::string("\"x\""), std::string("{} x"), std::string("{}\0 {}", 6),
          std::string("{\"a\": \"\xff\"}"), deep, deep + std::string(100000, ']') + "}"}) {
        EXPECT_FALSE(glance_spec(text)) << text.substr(0, 40);
    }
}

}  // namespace
}  // namespace phi::oci
