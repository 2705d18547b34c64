// SPDX-License-Identifier: Apache-2.0
// A disk in a domain: a raw file of the image, by xen-blkback over a loop device.
#include "core/base/text.hpp"
#include "runphi.hpp"

namespace phi::test {
namespace {

constexpr std::size_t disk_size = 1U << 20, second_sector = 512;
constexpr const char* content = "disk of the host";

// What the guest does: says what is at the beginning of the disk, and writes behind it.
constexpr const char* guest =
    "/bin/busybox mount -t devtmpfs devtmpfs /dev\n"
    "/bin/busybox insmod /xen_blkfront.ko\n"
    "until [ -b /dev/xvda ]; do /bin/busybox usleep 20000; done\n"
    "exec >/dev/hvc0 2>&1\n"
    "/bin/busybox head -c 16 /dev/xvda\n"
    "echo from the guest | /bin/busybox dd of=/dev/xvda bs=512 seek=1 conv=fsync 2>/dev/null ||\n"
    "  echo not written\n"
    "/bin/busybox poweroff -f\n";

class Disk : public Container {
  protected:
    Result run_with(const std::string& more) {
        const std::string bundle = kernel_bundle(
            "disk", guest, "\"org.runphi.disk\": \"/disk.raw\"" + more, {"xen_blkfront"});
        disk_ = bundle + "/rootfs/disk.raw";
        write_text(disk_,
                   content + std::string(disk_size - std::string_view(content).size(), '\0'));
        return run(bundle);
    }

    std::string disk_;
};

TEST_F(Disk, IsReadAndWrittenByTheGuest) {
    const Result ran = run_with("");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find(content), std::string::npos) << ran.out;
    EXPECT_EQ(read_text(disk_).substr(second_sector, 14), "from the guest");
}

TEST_F(Disk, OfAnotherFormatIsRefused) {
    const Result ran = run_with(", \"org.runphi.disk-format\": \"qcow2\"");
    EXPECT_NE(ran.status, 0);
    EXPECT_NE(ran.err.find("takes raw images"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace phi::test
