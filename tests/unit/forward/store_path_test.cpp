// SPDX-License-Identifier: Apache-2.0
#include "core/forward/store_path.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/folder.hpp"

namespace phi::forward {
namespace {

TEST(StoreDir, TheDefaultRootIsTheStateFolderItself) {
    Settings settings;
    settings.state_dir = "/s";
    EXPECT_EQ(store_dir(settings, ""), "/s");
    EXPECT_EQ(store_dir(settings, "/run/runc"), "/s");
}

TEST(StoreDir, AnotherRootHasItsOwn) {
    Settings settings;
    settings.state_dir = "/s";
    const std::string one = store_dir(settings, "/run/containerd/runc/k8s.io");
    const std::string two = store_dir(settings, "/run/containerd/runc/default");
    EXPECT_EQ(one.substr(0, 4), "/s/@");
    EXPECT_EQ(one.size(), 4U + 16U);
    EXPECT_NE(one, two);
    EXPECT_EQ(one, store_dir(settings, "/run/containerd/runc/k8s.io"));
}

TEST(HasContainer, LooksInTheRightRoot) {
    test::Folder folder;
    Settings settings;
    settings.state_dir = folder.path();
    std::filesystem::create_directories(folder.path() + "/one");
    std::filesystem::create_directories(store_dir(settings, "/other") + "/two");
    EXPECT_TRUE(has_container(settings, "", "one"));
    EXPECT_TRUE(has_container(settings, "/run/runc", "one"));
    EXPECT_FALSE(has_container(settings, "/other", "one"));
    EXPECT_TRUE(has_container(settings, "/other", "two"));
    EXPECT_FALSE(has_container(settings, "", "two"));
}

TEST(HasContainer, OnlyNamesCanBeIds) {
    test::Folder folder;
    Settings settings;
    settings.state_dir = folder.path();
    std::filesystem::create_directories(folder.path() + "/one/two");
    std::filesystem::create_directories(folder.path() + "/@cache");
    for (const char* id : {"", ".", "..", "one/two", "../x", "/", "@cache"})
        EXPECT_FALSE(has_container(settings, "", id)) << id;
    EXPECT_FALSE(has_container(settings, "", std::string("one\0", 4)));
    EXPECT_FALSE(has_container(settings, "", std::string(5000, 'x')));
}

}  // namespace
}  // namespace phi::forward
