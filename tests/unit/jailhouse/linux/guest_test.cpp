// SPDX-License-Identifier: Apache-2.0
// A Linux guest whole: what is loaded where, and what it is told.
#include "plugins/jailhouse/linux/guest.hpp"

#include <fcntl.h>
#include <libfdt.h>

#include <cstring>

#include "guest/loaders/aarch64/linux.h"
#include "plugins/common/linux/own_tree.hpp"
#include "plugins/common/linux/parameters.hpp"
#include "plugins/jailhouse/linux/loader.hpp"
#include "unit/jailhouse/linux/boards.hpp"
#include "unit/jailhouse/linux/images.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;
using namespace runphi::common;
namespace sdk = runphi::sdk;
constexpr Extent guest_ram{0x70000000, 0x77ff0000};

std::string plan_text(const std::string& kind, const std::string& arch,
                      const std::string& cmdline) {
    return R"({"id": "c", "partition": "c", "arch": ")" + arch + R"(", "kind": ")" + kind +
           R"(", "grant": {"cpu_count": 2}, "boot": {"cmdline": ")" + cmdline + "\"}}";
}

std::string property(const std::string& tree, const char* node, const char* name) {
    int length = 0;
    const int at = fdt_path_offset(tree.data(), node);
    const void* value = at < 0 ? nullptr : fdt_getprop(tree.data(), at, name, &length);
    if (value == nullptr) return "none";
    return {static_cast<const char*>(value), static_cast<std::size_t>(length)};
}

std::uint64_t number(const std::string& bytes) {
    std::uint64_t out = 0;
    for (const char byte : bytes) out = out << 8 | static_cast<unsigned char>(byte);
    return out;
}

class Guest : public testing::Test {
  protected:
    Guest() { make_virt(board_); }

    void add(const std::string& role, const std::string& bytes) {
        files_.emplace_back(::open(folder_.write(role, bytes).c_str(), O_RDONLY | O_CLOEXEC));
        images_.push_back({role, files_.back().get(), bytes.size()});
    }
    LinuxGuest guest(const std::string& kind, const std::string& cmdline = "",
                     const std::string& arch = "aarch64") {
        return {sdk::Plan(plan_text(kind, arch, cmdline)), images_, guest_ram};
    }
    void describe(LinuxGuest& guest) {
        guest.describe(board_.system, board_.cell, board_.channel, board_.host.machine());
    }
    std::string refused(const std::string& kind, const std::string& arch = "aarch64") {
        return refusal([&] { guest(kind, "", arch); });
    }

    Board board_;
    phi::test::Folder folder_;
    std::vector<sdk::UniqueFd> files_;
    std::vector<sdk::Image> images_;
};

std::string bytes_of(const LoadImage& image) {
    return {static_cast<const char*>(image.data), image.size};
}

TEST_F(Guest, AllThatItNeedsIsLoaded) {
    if (!has_linux_loader()) GTEST_SKIP() << "there was no compiler for arm64";
    add("kernel", kernel_image(10 * mib));
    add("initrd", "an archive");
    LinuxGuest guest = this->guest("linux");
    describe(guest);
    const auto images = guest.images();
    ASSERT_EQ(images.size(), 4U);
    EXPECT_EQ(bytes_of(images[0]), kernel_image(10 * mib));
    EXPECT_EQ(images[0].target, 0x70000000U);
    EXPECT_EQ(images[1].target, guest.entry());
    EXPECT_EQ(bytes_of(images[2]), "an archive");
    EXPECT_EQ(bytes_of(images[3]), guest.device_tree());
    EXPECT_GE(images[2].target, 0x70000000U + 10 * mib);
    EXPECT_EQ(images[2].target, guest.placement().initrd);
    // The loader has where the kernel and its tree are.
    std::uint64_t parameters[2] = {};
    const std::string loader = bytes_of(images[1]);
    ASSERT_EQ(loader.size(), RUNPHI_LINUX_LOADER_PARAMETERS + sizeof parameters);
    std::memcpy(parameters, loader.data() + RUNPHI_LINUX_LOADER_PARAMETERS, sizeof parameters);
    EXPECT_EQ(parameters[0], images[0].target);
    EXPECT_EQ(parameters[1], images[3].target);
}

TEST_F(Guest, KernelIsTold) {
    if (!has_linux_loader()) GTEST_SKIP() << "there was no compiler for arm64";
    add("kernel", kernel_image(10 * mib));
    add("initrd", "an archive");
    LinuxGuest guest = this->guest("linux", "quiet");
    describe(guest);
    const std::string& tree = guest.device_tree();
    EXPECT_EQ(fdt_check_full(tree.data(), tree.size()), 0);
    EXPECT_STREQ(property(tree, "/chosen", "bootargs").c_str(),
                 "loglevel=1 quiet console=ttyAMA0 panic=-1 cryptomgr.notests rdinit=/.runphi/init "
                 "runphi.memory=0x77ff0000");
    const std::uint64_t initrd = number(property(tree, "/chosen", "linux,initrd-start"));
    EXPECT_EQ(initrd, guest.placement().initrd);
    EXPECT_EQ(number(property(tree, "/chosen", "linux,initrd-end")), initrd + 10);
    EXPECT_EQ(property(tree, "/chosen", "rng-seed").size(), 64U);
    LinuxGuest other = this->guest("linux", "quiet");
    describe(other);
    EXPECT_NE(property(tree, "/chosen", "rng-seed"),
              property(other.device_tree(), "/chosen", "rng-seed"));
}

TEST_F(Guest, ImagesThatAreMissingOrForAnotherMachine) {
    EXPECT_EQ(refused("linux"), "the guest has no kernel");
    add("kernel", kernel_image(mib));
    EXPECT_EQ(refused("linux"), "no initrd for a guest of kind \"linux\"");
    EXPECT_EQ(refused("kernel", "x86_64"),
              "a Linux guest for x86_64: this backend boots arm64 kernels only");
    EXPECT_TRUE(guest("kernel").placement().initrd == 0);
}

// ---- a tree that the image brings

std::string small_tree(std::uint32_t address_cells, std::uint32_t size_cells) {
    std::string out(4096, '\0');
    EXPECT_EQ(fdt_create_empty_tree(out.data(), static_cast<int>(out.size())), 0);
    fdt_setprop_u32(out.data(), 0, "#address-cells", address_cells);
    fdt_setprop_u32(out.data(), 0, "#size-cells", size_cells);
    fdt_setprop(out.data(), 0, "model", "mine", 5);
    const int memory = fdt_add_subnode(out.data(), 0, "memory@1000");
    fdt_setprop(out.data(), memory, "device_type", "memory", 7);
    fdt_setprop(out.data(), memory, "reg", "12345678", 8);
    fdt_pack(out.data());
    out.resize(fdt_totalsize(out.data()));
    return out;
}

TEST_F(Guest, ItsOwnTreeIsKeptButForWhatWeKnow) {
    if (!has_linux_loader()) GTEST_SKIP() << "there was no compiler for arm64";
    add("kernel", kernel_image(mib));
    add("dtb", small_tree(2, 2));
    LinuxGuest guest = this->guest("kernel", "console=hvc0 mine");
    describe(guest);
    const std::string& tree = guest.device_tree();
    EXPECT_STREQ(property(tree, "/", "model").c_str(), "mine");
    EXPECT_EQ(property(tree, "/memory@1000", "reg"), "none");
    EXPECT_EQ(number(property(tree, "/memory@70000000", "reg").substr(0, 8)), 0x70000000U);
    EXPECT_EQ(number(property(tree, "/memory@70000000", "reg").substr(8)), 0x7ff0000U);
    EXPECT_STREQ(property(tree, "/chosen", "bootargs").c_str(), "console=hvc0 mine");
    EXPECT_EQ(property(tree, "/chosen", "linux,initrd-start"), "none");
}

TEST(OwnTree, CellsOfAnotherWidth) {
    const std::string tree = adapt_own_tree(small_tree(1, 1), {{0x70000000, 0x71000000}}, "", {});
    EXPECT_EQ(number(property(tree, "/memory@70000000", "reg")), 0x7000000001000000U);
    EXPECT_EQ(refusal([] {
                  adapt_own_tree(small_tree(1, 1), {{1ULL << 32, 2ULL << 32}}, "", {});
              }),
              "the image's device tree: its root has one cell for addresses or sizes, and the "
              "guest's memory needs two");
    EXPECT_EQ(refusal([] { adapt_own_tree(small_tree(3, 2), {}, "", {}); }),
              "the image's device tree: addresses and sizes below its root must have 1 or 2 cells "
              "each");
}

// Cut off anywhere, or with any byte changed: refused, or a tree, but nothing worse.
TEST(OwnTree, DamagedOnesDoNoHarm) {
    const std::string tree = small_tree(2, 2);
    for (std::size_t length = 0; length < tree.size(); ++length) {
        EXPECT_EQ(refusal([&] { adapt_own_tree(tree.substr(0, length), {}, "", {}); }),
                  "the image's device tree: it is damaged");
    }
    for (std::size_t at = 0; at < tree.size(); ++at) {
        for (const int byte : {0, 1, 0x7f, 0xff}) {
            try {
                const std::string out =
                    adapt_own_tree(patched(tree, at, {byte}), {{0, 4096}}, "args", {1, 2});
                EXPECT_EQ(fdt_check_full(out.data(), out.size()), 0);
            } catch (const sdk::Error& error) {
                EXPECT_EQ(error.message().rfind("the image's device tree: ", 0), 0U);
            }
        }
    }
}

TEST(CellParameters, AreTheContainersAndBehindThemOurs) {
    EXPECT_EQ(linux_parameters({"", "", {}}),
              "loglevel=1 panic=-1 cryptomgr.notests rdinit=/.runphi/init");
    EXPECT_EQ(linux_parameters({"debug", "ttyPS0", {}}),
              "loglevel=1 debug console=ttyPS0 panic=-1 cryptomgr.notests rdinit=/.runphi/init "
              "runphi.console=ttyPS0");
    EXPECT_EQ(own_kernel_parameters({"root=/dev/ram", "ttyAMA0", 0x1000}),
              "root=/dev/ram console=ttyAMA0");
    EXPECT_EQ(own_kernel_parameters({"console=hvc0", "ttyAMA0", 0x1000}), "console=hvc0");
    EXPECT_NE(refusal([] { linux_parameters({"a -- b", "", {}}); }), "");
    EXPECT_NE(refusal([] { own_kernel_parameters({"a\nb", "", {}}); }), "");
    EXPECT_NE(refusal([] { linux_parameters({std::string(2000, 'x'), "", {}}); }), "");
}

}  // namespace
}  // namespace jailhouse_test
