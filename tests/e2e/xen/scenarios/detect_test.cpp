// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "core/base/text.hpp"
#include "runphi.hpp"

namespace phi::test {
namespace {

TEST(Runphi, TellsItsVersion) {
    const Result told = runphi({"--version"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("runphi"), std::string::npos) << told.out;
}

TEST(Detect, SaysXen) {
    const Result told = runphi({"detect"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("Containers get xen."), std::string::npos) << told.out;
}

// dom0 has CPU 0, and CPU 1 is for partitions.
TEST(Board, IsDiscovered) {
    const Result told = runphi({"board", "--discover"});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("\"ids\": \"1\""), std::string::npos) << told.out;
    EXPECT_NE(told.out.find("Xen 4."), std::string::npos) << told.out;
}

#if defined(__aarch64__)
constexpr const char* loader = "/lib/ld-linux-aarch64.so.1";
#else
constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";
#endif

// A Linux container that has runPHI itself: privcmd and the node in the device tree are there, too.
class Guest : public Container {
  protected:
    static std::string bundle() {
        namespace fs = std::filesystem;
        const std::string made =
            linux_bundle("nested", "mkdir /sys; mount -t sysfs sysfs /sys; /usr/bin/runphi detect");
        const std::string root = made + "/rootfs";
        fs::create_directories(root + "/usr/bin");
        fs::copy("/usr/bin/runphi", root + "/usr/bin/runphi");
        for (const char* folder : {"/usr/libexec/runphi", "/usr/lib/runphi"}) {
            fs::create_directories(root + folder);
            fs::copy(folder, root + folder, fs::copy_options::recursive);
        }
        for (const char* folder : {"/lib", "/lib64"}) fs::create_directories(root + folder);
        fs::copy_file(loader, root + loader);
        for (const char* library : {"libc.so.6", "libm.so.6"})
            fs::copy_file(text("/lib/" RUNPHI_XEN_MACHINE "-linux-gnu/", library),
                          text(root, "/lib/", library));
        return made;
    }
};

TEST_F(Guest, OfXenIsNoDom0) {
    const Result ran = run(bundle());
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("No backend fits this machine."), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("guest"), std::string::npos) << ran.out;
}

// The machine is another one: `run` boots it.
TEST(NotXen, IsTold) {
    const Result told = runphi({"detect"});
    EXPECT_NE(told.out.find("No backend fits this machine."), std::string::npos) << told.out;
}

}  // namespace
}  // namespace phi::test
