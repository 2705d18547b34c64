// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/linux/kernel.hpp"

#include <fcntl.h>

#include "plugins/common/linux/placement.hpp"
#include "support/folder.hpp"
#include "unit/jailhouse/linux/images.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace runphi::common;

class KernelFile : public testing::Test {
  protected:
    Kernel open(const std::string& bytes, std::uint64_t most = 64 * mib) {
        const runphi::sdk::UniqueFd fd(
            ::open(folder_.write("kernel", bytes).c_str(), O_RDONLY | O_CLOEXEC));
        return Kernel::open(fd.get(), bytes.size(), most);
    }
    std::string refused(const std::string& bytes, std::uint64_t most = 64 * mib) {
        return refusal([&] { open(bytes, most); });
    }

  private:
    phi::test::Folder folder_;
};

TEST_F(KernelFile, SaysHowMuchMemoryItTakes) {
    const std::string image = kernel_image(3 * mib, 0x80000);
    const Kernel kernel = open(image);
    EXPECT_EQ(kernel.header().image_size, 3 * mib);
    EXPECT_EQ(kernel.header().text_offset, 0x80000U);
    EXPECT_TRUE(kernel.bytes() == image);
    EXPECT_EQ(open(image + std::string(4 * mib, 'x')).header().image_size, image.size() + 4 * mib)
        << "a file that is longer than that is loaded whole";
}

TEST_F(KernelFile, IsUnpacked) {
    const std::string image = kernel_image(3 * mib) + std::string(2 * mib + 5, 'k');
    EXPECT_TRUE(open(gzipped(image)).bytes() == image);
    EXPECT_EQ(refused(gzipped(image), mib),
              "the kernel is larger than the container's memory, 1 MiB, when it is unpacked");
    const std::string packed = gzipped(image);
    EXPECT_EQ(refused(packed.substr(0, packed.size() / 2)),
              "the kernel's gzip data is damaged or cut off");
    EXPECT_EQ(refused(patched(packed, packed.size() / 2, {1, 2, 3, 4})),
              "the kernel's gzip data is damaged or cut off");
    EXPECT_EQ(refused(gzipped("no kernel")), "the kernel: its file is too short to be one");
}

TEST_F(KernelFile, OthersAreRefused) {
    const std::string image = kernel_image(3 * mib);
    EXPECT_EQ(refused(""), "the kernel: its file is too short to be one");
    EXPECT_EQ(refused(patched(image, 0x38, {'X'})),
              "the kernel: it is no arm64 Image: there is no \"ARM\\x64\" at 0x38");
    EXPECT_EQ(refused(patched(patched(image, 0x38, {'X'}), 4, {'z', 'i', 'm', 'g'})),
              "the kernel: it is packed as an EFI program (zboot)");
    EXPECT_EQ(refused(patched(image, 0x18, {1})), "the kernel: it is a big-endian one");
    EXPECT_EQ(refused(kernel_image(0)),
              "the kernel: it does not say how large it is (before Linux 3.17)");
    EXPECT_EQ(refused(kernel_image(mib, 0x200000)),
              "the kernel: its text offset is 2097152; expected whole pages below 2 MiB");
    EXPECT_EQ(refused(kernel_image(mib, 1)),
              "the kernel: its text offset is 1; expected whole pages below 2 MiB");
}

TEST(Placement, OneBehindTheOther) {
    const LinuxPlacement place =
        place_linux({0x70000000, 0x74000000}, {0, 10 * mib + 1}, 2 * mib + 1, 65536);
    EXPECT_EQ(place.kernel, 0x70000000U);
    EXPECT_EQ(place.loader, 0x70a01000U);
    EXPECT_EQ(place.initrd, 0x70a02000U);
    EXPECT_EQ(place.device_tree, 0x70c03000U);
}

TEST(Placement, KernelLiesAsItWants) {
    const Extent ram{0x70100000, 0x74000000};
    EXPECT_EQ(place_linux(ram, {0x80000, mib}, 0, 65536).kernel, 0x70280000U);
    EXPECT_EQ(place_linux(ram, {0, mib}, 0, 65536).initrd, 0U);
}

TEST(Placement, TooLittleMemory) {
    const Extent ram{0x70000000, 0x70000000 + 16 * mib - 65536};
    EXPECT_NO_THROW(place_linux(ram, {0, 10 * mib}, 5 * mib, 65536));
    try {
        place_linux(ram, {0, 10 * mib}, 6 * mib, 65536);
        FAIL();
    } catch (const runphi::sdk::Error& error) {
        EXPECT_EQ(error.code(), runphi::sdk::Code::no_resource);
        EXPECT_EQ(error.message(),
                  "the kernel needs 10 MiB and its initrd 6 MiB, and the container "
                  "has 15 MiB");
        EXPECT_EQ(error.hint(),
                  "give the container more memory: 18 MiB are needed only to load them");
    }
}

TEST(Placement, NumbersOfAStrangerDoNotWrapAround) {
    EXPECT_NE(refusal([] {
                  place_linux({0, mib}, {0, UINT64_MAX - 10}, 0, 65536);
              }).find("is too large for an arm64 kernel to boot"),
              std::string::npos);
}

}  // namespace
}  // namespace jailhouse_test
