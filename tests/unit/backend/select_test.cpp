// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/backend/node.hpp"

namespace {

using phi::Code;
using phi::backend::Backend;
using test::error_of;
using test::Node;

// Node::install gives each backend a higher priority than the one before. The library's id must be
// its folder's, so only one of them is loaded in each of these.
TEST(Select, TheConfiguredOneIsTaken) {
    Node node;
    node.install("right");
    node.settings.backend = "odd";
    EXPECT_EQ(Backend::select(node.settings)->id(), "odd");
    node.settings.backend = "missing";
    EXPECT_EQ(error_of([&] { Backend::select(node.settings); }).code(), Code::not_found);
}

TEST(Select, TheConfiguredOneMustBePresent) {
    Node node;
    node.install("right");
    node.settings.backend = "odd";
    node.settings.backend_settings["odd"] = R"({"state": "absent"})";
    const auto error = error_of([&] { Backend::select(node.settings); });
    EXPECT_EQ(error.code(), Code::not_found);
    EXPECT_NE(error.message().find("it was looked for"), std::string::npos) << error.message();
}

TEST(Select, ABrokenOneIsPassedOver) {
    const Node node;
    node.install("right");
    node.install("right", "zz");  // asked first; its library is of another id
    EXPECT_EQ(Backend::select(node.settings)->id(), "odd");
}

TEST(Select, WithoutAHypervisorTheErrorTellsWhatWasTried) {
    Node node;
    const auto none = error_of([&] { Backend::select(node.settings); });
    EXPECT_EQ(none.code(), Code::not_found);
    EXPECT_NE(none.message().find(node.settings.backends_dir), std::string::npos);
    node.install("right");
    node.install("bad_magic", "zz");
    node.settings.backend_settings["odd"] = R"({"state": "absent"})";
    const auto error = error_of([&] { Backend::select(node.settings); });
    EXPECT_NE(error.message().find("odd: it was looked for"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("magic"), std::string::npos) << error.message();
}

}  // namespace
