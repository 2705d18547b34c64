// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "detect/detect.hpp"
#include "support/folder.hpp"
#include "unit/detect/manifest_text.hpp"

namespace {

using phi::Code;
using phi::Error;
using phi::detect::Hint;
using phi::detect::read_manifest;
using phi::test::Folder;
using phi::test::manifest;

TEST(Manifest, IsRead) {
    const Folder folder;
    folder.write("fake/plugin.json", manifest(R"("hints": [])", R"("hints": [{"exists": "/dev/x"},
                    {"any_exists": ["/a", "/b"]}, {"file": "/proc/y", "contains": "z"}])"));
    const auto read = read_manifest(folder.path(), "fake");
    EXPECT_EQ(read.id, "fake");
    EXPECT_EQ(read.name, "Fake");
    EXPECT_EQ(read.library, "runphi-backend-fake.so");
    EXPECT_EQ(read.abi_major, 1U);
    EXPECT_EQ(read.abi_minor, 0U);
    EXPECT_EQ(read.arches, (std::vector<std::string>{"x86_64", "aarch64"}));
    EXPECT_EQ(read.priority, 5);
    EXPECT_EQ(read.dir, folder.path() + "/fake");
    ASSERT_EQ(read.hints.size(), 3U);
    EXPECT_EQ(read.hints[0].kind, Hint::Kind::exists);
    EXPECT_EQ(read.hints[0].paths, std::vector<std::string>{"/dev/x"});
    EXPECT_EQ(read.hints[1].kind, Hint::Kind::any_exists);
    EXPECT_EQ(read.hints[1].paths, (std::vector<std::string>{"/a", "/b"}));
    EXPECT_EQ(read.hints[2].kind, Hint::Kind::contains);
    EXPECT_EQ(read.hints[2].contains, "z");
}

struct Bad {
    const char* from;
    const char* to;
    const char* in_message;
};

class BadManifest : public testing::TestWithParam<Bad> {};

TEST_P(BadManifest, IsRefusedAndTheKeyIsNamed) {
    const Folder folder;
    folder.write("fake/plugin.json", manifest(GetParam().from, GetParam().to));
    try {
        read_manifest(folder.path(), "fake");
        FAIL() << "accepted: " << GetParam().to;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid);
        EXPECT_NE(error.message().find(folder.path() + "/fake/plugin.json"), std::string::npos)
            << error.message();
        EXPECT_NE(error.message().find(GetParam().in_message), std::string::npos)
            << error.message();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadManifest,
    testing::Values(
        Bad{"runphi.plugin/1", "runphi.plugin/2", "format"},
        Bad{R"("id": "fake")", R"("id": "other")", "id"},
        Bad{R"("id": "fake", )", "", "id: missing"},
        Bad{R"("name": "Fake")", R"("name": 3)", "name: expected a string"},
        Bad{"runphi-backend-fake.so", "../fake.so", "library"},
        Bad{"runphi-backend-fake.so", "/lib/fake.so", "library"},
        Bad{"runphi-backend-fake.so", "fake", "library"},
        Bad{"runphi-backend-fake.so", ".so", "library"},
        Bad{R"("major": 1)", R"("major": -1)", "abi.major"},
        Bad{R"("major": 1)", R"("major": 65536)", "abi.major"},
        Bad{R"("minor": 0)", R"("minor": 0, "patch": 1)", "abi.patch: unknown key"},
        Bad{R"(["x86_64", "aarch64"])", "[]", "arches"},
        Bad{R"(["x86_64", "aarch64"])", R"(["riscv64"])", "riscv64"},
        Bad{R"("priority": 5)", R"("priority": "5")", "priority"},
        Bad{R"("priority": 5)", R"("priority": 1001)", "priority"},
        Bad{R"("hints": [])", R"("hints": {})", "hints"},
        Bad{R"("hints": [])", R"("hints": [{}])", "hints[0]"},
        Bad{R"("hints": [])", R"("hints": [{"exists": "relative"}])", "relative"},
        Bad{R"("hints": [])", R"("hints": [{"exists": ""}])", "hints[0].exists"},
        Bad{R"("hints": [])", R"("hints": [{"any_exists": []}])", "any_exists"},
        Bad{R"("hints": [])", R"("hints": [{"file": "/x"}])", "hints[0]"},
        Bad{R"("hints": [])", R"("hints": [{"contains": "x"}])", "hints[0]"},
        Bad{R"("hints": [])", R"("hints": [{"file": "/x", "contains": ""}])", "contains"},
        Bad{R"("hints": [])", R"("hints": [{"exists": "/x", "file": "/x", "contains": "y"}])",
            "hints[0]"},
        Bad{R"("hints": [])", R"("hints": [{"regex": "x"}])", "regex: unknown key"},
        Bad{R"("hints": [])", R"("hints": [], "extra": 1)", "extra: unknown key"},
        Bad{R"("hints": []})", R"("hints": [)", "plugin.json"},
        Bad{R"("hints": []})", R"("hints": []}})", "plugin.json"}));

TEST(Manifest, IdsAreNoPaths) {
    const Folder folder;
    for (const char* id : {"", "..", "a/b", "Fake", "a b", "0123456789012345678901234567890123"}) {
        try {
            read_manifest(folder.path(), id);
            FAIL() << "accepted " << id;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid) << id;
        }
    }
}

TEST(Manifest, AMissingOneNamesTheBackend) {
    const Folder folder;
    try {
        read_manifest(folder.path(), "nothing");
        FAIL() << "found";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::not_found);
        EXPECT_NE(error.message().find("\"nothing\""), std::string::npos) << error.message();
        EXPECT_NE(error.hint().find(folder.path()), std::string::npos) << error.hint();
    }
}

TEST(Manifest, OneThatOthersCanWriteIsNotTrusted) {
    const Folder folder;
    const std::string file = folder.write("fake/plugin.json", manifest());
    ASSERT_EQ(::chmod(file.c_str(), 0666), 0);
    try {
        read_manifest(folder.path(), "fake");
        FAIL() << "trusted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::denied);
    }
    ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
    ASSERT_EQ(::chown(file.c_str(), 65534, 65534), 0);
    EXPECT_THROW(read_manifest(folder.path(), "fake"), Error);
}

TEST(Manifest, AHugeOneIsRefused) {
    const Folder folder;
    folder.write("fake/plugin.json", manifest() + std::string(70'000, ' '));
    EXPECT_THROW(read_manifest(folder.path(), "fake"), Error);
}

}  // namespace
