// SPDX-License-Identifier: Apache-2.0
#include "core/boot/tree.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace phi::boot {
namespace {

using test::TempDir;

Layer host_layer(const std::string& path) {
    Layer layer;
    layer.kind = Layer::Kind::host;
    layer.fd = UniqueFd(::open(path.c_str(), O_PATH | O_CLOEXEC));
    return layer;
}

struct Fixture : ::testing::Test {
    TempDir dir;
    void SetUp() override {
        dir.file("root/a/b/file", "x");
        dir.symlink("root/abs", "/a/b");
        dir.symlink("root/rel", "a/b");
        dir.symlink("root/a/up", "../../../../a");
        dir.symlink("root/run", "/missing/run");
        dir.symlink("root/loop", "loop");
        dir.symlink("root/ping", "pong");
        dir.symlink("root/pong", "ping");
        dir.symlink("root/host", "/etc/passwd");
    }
    std::string where(const std::string& path) {
        const Rootfs rootfs = Rootfs::open(dir / "root");
        return Tree(rootfs).resolve(path).text();
    }
};
using TreeTest = Fixture;

TEST_F(TreeTest, ResolvesInside) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"/", "/"},
        {"/a/b", "/a/b"},
        {"//a///b/./file", "/a/b/file"},
        {"/abs/file", "/a/b/file"},
        {"/rel/file", "/a/b/file"},
        {"/a/up/up/b", "/a/b"},
        {"/../../a", "/a"},
        {"/abs/../..", "/"},
        {"/new/deep/place", "/new/deep/place"},
        {"/run/x", "/missing/run/x"},
        {"/new/../a/b", "/a/b"},
        {"/host", "/etc/passwd"},
    };
    for (const auto& [path, place] : cases) EXPECT_EQ(where(path), place) << path;
}

TEST_F(TreeTest, TellsWhatIsThere) {
    const Rootfs rootfs = Rootfs::open(dir / "root");
    const Tree tree(rootfs);
    EXPECT_TRUE(tree.resolve("/abs").is_directory());
    EXPECT_TRUE(tree.resolve("/").is_directory());
    EXPECT_TRUE(tree.resolve("/a/b/file").exists());
    EXPECT_FALSE(tree.resolve("/a/b/file").is_directory());
    EXPECT_FALSE(tree.resolve("/a/none").exists());
    // The host's file of that name is none of ours.
    EXPECT_FALSE(tree.resolve("/host").exists());
}

TEST_F(TreeTest, RefusesLoopsAndWaysThroughFiles) {
    for (const char* path : {"/loop", "/loop/x", "/ping"}) {
        const Error error = test::error_of([&] { where(path); });
        EXPECT_NE(error.message().find("too many levels of symbolic links"), std::string::npos)
            << error.message();
    }
    const Error error = test::error_of([&] { where("/a/b/file/x"); });
    EXPECT_EQ(error.message(), "\"/a/b/file/x\": not a directory");
    EXPECT_THROW(where("/" + std::string(300, 'n')), Error);
}

TEST_F(TreeTest, LayersAreSeenByLaterPaths) {
    dir.file("source/inner/file", "y");
    dir.symlink("source/inner/link", "/a");
    const Rootfs rootfs = Rootfs::open(dir / "root");
    Tree tree(rootfs);
    tree.lay(tree.resolve("/mnt"), host_layer(dir / "source"));
    EXPECT_TRUE(tree.resolve("/mnt/inner/file").exists());
    EXPECT_EQ(tree.resolve("/mnt/inner/link/b").text(), "/a/b");
    Layer empty;
    empty.kind = Layer::Kind::empty;
    empty.mode = S_IFDIR | 0700;
    tree.lay(tree.resolve("/mnt"), std::move(empty));
    EXPECT_FALSE(tree.resolve("/mnt/inner").exists());
    EXPECT_TRUE(tree.resolve("/mnt").is_directory());
    tree.lay(tree.resolve("/a/b"), host_layer(dir / "source/inner/file"));
    EXPECT_THROW(tree.resolve("/a/b/file"), Error);
}

TEST_F(TreeTest, BelowIsByComponent) {
    const Rootfs rootfs = Rootfs::open(dir / "root");
    const Tree tree(rootfs);
    const Place a = tree.resolve("/a");
    EXPECT_TRUE(tree.resolve("/a/b").is_below(a));
    EXPECT_FALSE(a.is_below(a));
    EXPECT_FALSE(tree.resolve("/ab").is_below(a));
    EXPECT_TRUE(a.same(tree.resolve("/a/b/..")));
}

}  // namespace
}  // namespace phi::boot
