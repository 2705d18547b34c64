// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/backend/node.hpp"

namespace {

using phi::Code;
using test::error_of;
using test::Node;

TEST(Load, ARightPluginSaysWhoItIs) {
    const Node node;
    node.install("right");
    const auto backend = node.load();
    EXPECT_EQ(backend->id(), "odd");
    EXPECT_EQ(backend->version(), "1.0");
    EXPECT_EQ(backend->vendor(), "Test");
    EXPECT_TRUE(backend->has("runphi.lifecycle/1"));
    EXPECT_FALSE(backend->has("runphi.stats/1"));
}

struct Mismatch {
    const char* build;
    const char* ours;  // the two sides that the message must name
    const char* theirs;
};

class Mismatched : public testing::TestWithParam<Mismatch> {};

// Builds with ODD_MUST_NOT_RUN abort if any function of theirs is called.
TEST_P(Mismatched, IsRefusedBeforeAnythingRuns) {
    const Node node;
    const std::string library = node.install(GetParam().build);
    const auto error = error_of([&] { node.load(); });
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_NE(error.message().find(library), std::string::npos) << error.message();
    EXPECT_NE(error.message().find(GetParam().ours), std::string::npos) << error.message();
    EXPECT_NE(error.message().find(GetParam().theirs), std::string::npos) << error.message();
    EXPECT_FALSE(error.hint().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, Mismatched,
    testing::Values(Mismatch{"bad_magic", "expected 0x01004948504e5552", "0x0000000000001234"},
                    Mismatch{"newer_major", "has 1.0", "ABI 2.0"},
                    Mismatch{"newer_minor", "has 1.0", "ABI 1.9"},
                    Mismatch{"short_entry", "at least 152", "40 bytes"},
                    Mismatch{"other_id", "\"odd\"", "\"even\""},
                    Mismatch{"endless_id", "runphi_plugin_entry", "id"},
                    Mismatch{"no_function", "runphi_plugin_entry", "get_interface"},
                    Mismatch{"no_entry", "runphi_plugin_entry", "no symbol"},
                    Mismatch{"no_detect", "runphi.detect/1", "missing"},
                    Mismatch{"no_resources", "runphi.resources/1", "missing"},
                    Mismatch{"no_lifecycle", "runphi.lifecycle/1", "missing"},
                    Mismatch{"short_table", "at least 112", "24 bytes"},
                    Mismatch{"no_kill", "runphi.lifecycle/1", "kill"}),
    [](const auto& each) { return std::string(each.param.build); });

TEST(Load, TheManifestMustBeOfTheSameAbi) {
    const Node node;
    node.install("right", "odd", "3");
    const auto error = error_of([&] { node.load(); });
    EXPECT_NE(error.message().find("ABI 1.0"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("1.3"), std::string::npos) << error.message();
}

TEST(Load, WhatIsNoLibraryIsRefusedInTheLinkersWords) {
    const Node node;
    std::ofstream(node.install("")) << "#!/bin/sh\n";
    const auto error = error_of([&] { node.load(); });
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_NE(error.message().find("odd.so"), std::string::npos) << error.message();
    EXPECT_EQ(error.message().find("boost"), std::string::npos) << error.message();
}

TEST(Load, AMissingLibraryOrBackendIsNotFound) {
    const Node node;
    EXPECT_EQ(error_of([&] { node.load("nothing"); }).code(), Code::not_found);
    node.install("");
    const auto error = error_of([&] { node.load(); });
    EXPECT_EQ(error.code(), Code::not_found);
    EXPECT_NE(error.message().find("odd.so"), std::string::npos) << error.message();
}

TEST(Load, WhatOthersCanWriteIsNotTrusted) {
    const Node node;
    const std::string library = node.install("right");
    ASSERT_EQ(::chmod(library.c_str(), 0775), 0);
    EXPECT_EQ(error_of([&] { node.load(); }).code(), Code::denied);
    ASSERT_EQ(::chmod(library.c_str(), 0755), 0);
    ASSERT_EQ(::chown(library.c_str(), 65534, 0), 0);
    EXPECT_EQ(error_of([&] { node.load(); }).code(), Code::denied);
    ASSERT_EQ(::chown(library.c_str(), 0, 0), 0);
    EXPECT_NO_THROW(node.load());
    const std::string dir = node.settings.backends_dir + "/odd";
    ASSERT_EQ(::chmod(dir.c_str(), 0777), 0);
    EXPECT_EQ(error_of([&] { node.load(); }).code(), Code::denied);
}

TEST(Load, TwiceIsFine) {
    const Node node;
    node.install("right");
    const auto first = node.load();
    const auto second = node.load();
    EXPECT_EQ(first->id(), second->id());
}

}  // namespace
