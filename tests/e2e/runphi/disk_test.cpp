// SPDX-License-Identifier: Apache-2.0
// Guests with a disk: what they write is found again at the next start.
#include <filesystem>

#include "fat_disk.hpp"
#include "partition.hpp"

namespace phi::test {
namespace {

class Disk : public Partition {
  protected:
    Disk() : Partition("\"defaults\": {\"memory\": \"64M\"}") {}

    // A bundle whose disk counts in its boot sector how often it was booted.
    std::string bundle(const std::string& annotations, const std::string& root = "") {
        const std::string dir = node_.bundle(
            "bundle", R"({"ociVersion": "1.0.2", "process": {"cwd": "/", "args": ["x"]},
                "root": {"path": "rootfs")" +
                          root + R"(},
                "annotations": {"org.runphi.disk": "/disk.img")" +
                          annotations + "}}");
        image_ = dir + "/rootfs/disk.img";
        std::string disk = std::filesystem::exists(program) ? read_text(program) : "";
        disk.resize(1U << 20, '\0');
        write_text(image_, disk);
        return dir;
    }
    std::string boot(const std::string& dir) {
        const Result ran = node_.run({"run", "--bundle", dir, "c"});
        EXPECT_EQ(ran.status, 0) << ran.err;
        return ran.out;
    }
    void expect(const std::string& out, const std::string& text) {
        EXPECT_NE(out.find(text), std::string::npos) << out;
    }

    const std::string program = std::string(INMATES) + "/x86_64/boot_counter.bin";
    std::string image_;
};

#define SKIP_WITHOUT_BOOT_SECTOR()                   \
    if (!std::filesystem::exists(program)) {         \
        GTEST_SKIP() << "nothing built " << program; \
    }

TEST_F(Disk, KeepsWhatTheGuestWroteOverStarts) {
    SKIP_WITHOUT_BOOT_SECTOR();
    const std::string dir = bundle("");
    expect(boot(dir), "boot 1\n");
    expect(boot(dir), "boot 2\n");
    expect(boot(dir), "boot 3\n");
}

TEST_F(Disk, IsFoundOnAhciToo) {
    SKIP_WITHOUT_BOOT_SECTOR();
    const std::string dir = bundle(R"(, "org.runphi.disk-bus": "ahci")");
    expect(boot(dir), "boot 1\n");
    expect(boot(dir), "boot 2\n");
}

// A multiboot kernel of the image, and a disk beside it that nothing boots from.
TEST_F(Disk, BesideAKernelOfTheImageKeepsWhatItWrote) {
    SKIP_WITHOUT_BOOT_SECTOR();
    const std::string dir = bundle(R"(, "org.runphi.kernel": "/kernel")");
    std::filesystem::copy_file(std::string(INMATES) + "/x86_64/disk_kernel.elf",
                               dir + "/rootfs/kernel");
    write_text(image_, std::string(1U << 20, '\0'));
    ASSERT_EQ(node_.run({"create", "--bundle", dir, "c"}).err, "");
    ASSERT_EQ(node_.run({"delete", "--force", "c"}).err, "") << "it was never started";
    EXPECT_EQ(boot(dir), "kernel, boot 1\n");
    EXPECT_EQ(boot(dir), "kernel, boot 2\n");
    EXPECT_EQ(read_text(image_)[0], 2);
}

// On arm64 the firmware is UEFI, and what it boots is a file on the disk.
TEST_F(Disk, IsBootedByUefiOnArm64) {
    const std::string application = std::string(INMATES) + "/aarch64/efi_counter.efi";
    for (const std::string& needed : {application, std::string("/usr/bin/qemu-system-aarch64"),
                                      std::string("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd")}) {
        if (!std::filesystem::exists(needed)) GTEST_SKIP() << "there is no " << needed;
    }
    const std::string dir =
        bundle(R"(, "org.runphi.arch": "aarch64", "org.runphi.memory": "128M")");
    std::string disk = fat_disk_with(read_text(application));
    disk[512] = 4;  // as a boot before has left it
    write_text(image_, disk);
    expect(boot(dir), "uefi, boot 5\r\n");
    EXPECT_EQ(read_text(image_)[512], 5);
}

TEST_F(Disk, OfAReadOnlyRootIsNotWritten) {
    SKIP_WITHOUT_BOOT_SECTOR();
    const std::string dir = bundle("", R"(, "readonly": true)");
    const std::string before = read_text(image_);
    expect(boot(dir), "cannot be written, boot 1\n");
    EXPECT_EQ(read_text(image_), before);
}

TEST_F(Disk, MayBeQcow2) {
    SKIP_WITHOUT_BOOT_SECTOR();
    const std::string dir = bundle(R"(, "org.runphi.disk-format": "qcow2")");
    std::filesystem::rename(image_, image_ + ".raw");
    ASSERT_EQ(run_program({"/usr/bin/qemu-img", "convert", "-f", "raw", "-O", "qcow2",
                           image_ + ".raw", image_})
                  .status,
              0);
    expect(boot(dir), "boot 1\n");
    expect(boot(dir), "boot 2\n");
}

TEST_F(Disk, WithABackingFileOfTheHostIsRefused) {
    SKIP_WITHOUT_BOOT_SECTOR();
    const std::string dir = bundle(R"(, "org.runphi.disk-format": "qcow2")");
    std::filesystem::remove(image_);
    ASSERT_EQ(run_program({"/usr/bin/qemu-img", "create", "-q", "-f", "qcow2", "-u", "-F", "raw",
                           "-b", "/etc/passwd", image_, "1M"})
                  .status,
              0);
    const Result ran = node_.run({"run", "--bundle", dir, "c"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_NE(ran.err.find("has a backing file, which would be a file of the host"),
              std::string::npos)
        << ran.err;
    EXPECT_EQ(node_.remains(), "");
}

}  // namespace
}  // namespace phi::test
