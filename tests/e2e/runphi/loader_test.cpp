// SPDX-License-Identifier: Apache-2.0
// Unikernels that come in two files: the loader as the kernel, the application as the initrd.
#include <filesystem>

#include "partition.hpp"

namespace phi::test {
namespace {

class Loader : public Partition {
  protected:
    Loader() : Partition("\"defaults\": {\"memory\": \"64M\"}") {}
};

TEST_F(Loader, FindsTheApplicationAsItsModule) {
    const std::string loader = std::string(INMATES) + "/x86_64/module.elf";
    if (!std::filesystem::exists(loader)) GTEST_SKIP() << "no compiler for x86_64 built " << loader;
    const std::string bundle = node_.bundle("bundle", R"({"ociVersion": "1.0.2",
        "process": {"cwd": "/", "args": ["x"],
                    "env": ["KERNEL=/boot/loader", "RAMDISK=/boot/application"]},
        "root": {"path": "rootfs"}})");
    std::filesystem::create_directory(bundle + "/rootfs/boot");
    std::filesystem::copy_file(loader, bundle + "/rootfs/boot/loader");
    write_text(bundle + "/rootfs/boot/application", "a unikernel\n");
    const Result ran = node_.run({"run", "--bundle", bundle, "c"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("module: a unikernel"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace phi::test
