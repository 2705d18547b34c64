// SPDX-License-Identifier: Apache-2.0
#include "guest/prepare/module_set.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/base/error.hpp"
#include "unit/guest/samples.hpp"

namespace {

using phi::guest::module_dependencies;
using phi::guest::ModuleTree;
using Names = std::vector<std::string>;

std::string depends(const std::string& names) {
    using namespace std::string_literals;
    return samples::module("license=GPL\0depends="s + names + "\0name=x\0"s);
}

TEST(ModuleDependencies, AreReadFromModinfo) {
    EXPECT_EQ(module_dependencies(depends("virtio,virtio-ring"), "m"),
              (Names{"virtio", "virtio_ring"}));
    EXPECT_TRUE(module_dependencies(depends(""), "m").empty());
    EXPECT_TRUE(module_dependencies(samples::module(""), "m").empty());
}

TEST(ModuleDependencies, RefuseWhatIsNoModule) {
    EXPECT_THROW(module_dependencies("", "m"), phi::Error);
    EXPECT_THROW(
        module_dependencies("no ELF file at all, but long enough to hold a header........", "m"),
        phi::Error);
    EXPECT_THROW(module_dependencies(samples::vmlinux("x"), "m"), phi::Error);
    const auto whole = depends("a");
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_THROW(module_dependencies(whole.substr(0, length), "m"), phi::Error) << length;
}

TEST(ModuleDependencies, SurviveDamage) {
    std::mt19937 random(3);
    const auto whole = depends("a,b");
    for (int round = 0; round < 5000; ++round) {
        auto image = whole;
        for (auto change = 1 + random() % 6; change-- > 0;)
            image[random() % image.size()] = static_cast<char>(random() % 256);
        try {
            (void)module_dependencies(image, "m");
        } catch (const phi::Error&) {
            continue;
        }
    }
}

TEST(ModuleSignature, IsTakenOff) {
    using namespace std::string_literals;
    const std::string marker = "~Module signature appended~\n";
    const std::string trailer("\0\0\x02\0\0\0\0\0\0\0\x01\x03"s);
    const std::string signature(0x103, 's');
    EXPECT_EQ(phi::guest::without_signature("module" + signature + trailer + marker), "module");
    EXPECT_EQ(phi::guest::without_signature("module"), "module");
    EXPECT_EQ(phi::guest::without_signature(marker), marker);
    EXPECT_EQ(phi::guest::without_signature("short" + trailer + marker),
              "short" + trailer + marker);
}

class Modules : public testing::Test {
  protected:
    Modules() {
        std::string name = "/tmp/guest-modules.XXXXXX";
        dir_ = ::mkdtemp(name.data());
    }
    ~Modules() override { std::filesystem::remove_all(dir_); }

    void add(const std::string& path, const std::string& content) {
        const std::filesystem::path file = dir_ + '/' + path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
    }

    Names order(const Names& wanted) {
        Names names;
        missing.clear();
        for (const auto& module : ModuleTree(dir_).closure(wanted, missing))
            names.push_back(module.name);
        return names;
    }

    std::string dir_;
    Names missing;
};

TEST_F(Modules, ComeAfterWhatTheyNeed) {
    add("kernel/a/top.ko", depends("left,right"));
    add("kernel/b/left.ko", depends("base"));
    add("kernel/c/right.ko", depends("base"));
    add("kernel/base.ko", depends(""));
    add("kernel/unwanted.ko", depends(""));
    EXPECT_EQ(order({"top"}), (Names{"base", "left", "right", "top"}));
    EXPECT_EQ(order({"right", "top"}), (Names{"base", "right", "left", "top"}));
    EXPECT_TRUE(missing.empty());
}

TEST_F(Modules, AreFoundWithEitherSpelling) {
    add("kernel/virtio-rng.ko", depends(""));
    EXPECT_EQ(order({"virtio_rng"}), (Names{"virtio_rng"}));
}

TEST_F(Modules, AreDecompressed) {
    add("kernel/one.ko.xz", samples::xz(depends("two")));
    add("kernel/two.ko.gz", samples::gzip(depends("")));
    EXPECT_EQ(order({"one"}), (Names{"two", "one"}));
    Names none;
    EXPECT_TRUE(ModuleTree(dir_).closure({"two"}, none).at(0).image == depends(""));
}

TEST_F(Modules, ThatTheKernelHasBuiltInAreNotNeeded) {
    add("modules.builtin", "kernel/drivers/virtio/virtio-ring.ko\nkernel/x.ko\n");
    add("kernel/virtio.ko", depends("virtio_ring"));
    EXPECT_EQ(order({"virtio", "x"}), (Names{"virtio"}));
    EXPECT_TRUE(missing.empty());
}

TEST_F(Modules, ThatAreMissingAreNamed) {
    add("kernel/virtio.ko", depends("gone"));
    EXPECT_EQ(order({"virtio", "never"}), (Names{"virtio"}));
    EXPECT_EQ(missing, (Names{"gone", "never"}));
}

TEST_F(Modules, InACircleEnd) {
    add("kernel/a.ko", depends("b"));
    add("kernel/b.ko", depends("a"));
    EXPECT_EQ(order({"a"}), (Names{"b", "a"}));
}

TEST_F(Modules, AreNotLookedForBehindLinks) {
    add("kernel/a.ko", depends(""));
    std::filesystem::create_symlink("/", dir_ + "/build");
    std::filesystem::create_symlink("a.ko", dir_ + "/kernel/b.ko");
    EXPECT_EQ(order({"a", "b"}), (Names{"a"}));
    EXPECT_EQ(missing, (Names{"b"}));
}

TEST_F(Modules, NeedAFolder) {
    EXPECT_THROW(ModuleTree(dir_ + "/none"), phi::Error);
}

}  // namespace
