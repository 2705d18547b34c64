// SPDX-License-Identifier: Apache-2.0
// Images: what a stranger puts into the root file system to reach out of it, to block us or to make
// us grow.
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "bad_input.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

using Plant = std::function<void(const std::string& rootfs)>;

// What takes the place of /boot/inmate.
struct ImageCase {
    const char* name;
    Plant plant;
    const char* words;
};

void PrintTo(const ImageCase& one, std::ostream* out) {
    *out << one.name;
}

void remove_inmate(const std::string& rootfs) {
    fs::remove(rootfs + "/boot/inmate");
}

const ImageCase bad_images[] = {
    {"inmate_missing", remove_inmate, "/boot/inmate"},
    {"inmate_is_a_directory",
     [](const std::string& rootfs) {
         remove_inmate(rootfs);
         fs::create_directory(rootfs + "/boot/inmate");
     },
     "a directory"},
    {"inmate_is_a_fifo",
     [](const std::string& rootfs) {
         remove_inmate(rootfs);
         ::mkfifo((rootfs + "/boot/inmate").c_str(), 0666);
     },
     "a FIFO"},
    {"inmate_is_a_device",
     [](const std::string& rootfs) {
         remove_inmate(rootfs);
         ::mknod((rootfs + "/boot/inmate").c_str(), S_IFCHR | 0666, makedev(1, 5));
     },
     "a character device"},
    {"inmate_links_to_host_passwd",
     [](const std::string& rootfs) {
         remove_inmate(rootfs);
         fs::create_symlink("/etc/passwd", rootfs + "/boot/inmate");
     },
     "/boot/inmate"},
    {"inmate_links_out_by_dots",
     [](const std::string& rootfs) {
         remove_inmate(rootfs);
         fs::create_symlink("../../../../../../../../etc/passwd", rootfs + "/boot/inmate");
     },
     "/boot/inmate"},
    {"inmate_links_to_itself",
     [](const std::string& rootfs) {
         remove_inmate(rootfs);
         fs::create_symlink("inmate", rootfs + "/boot/inmate");
     },
     "/boot/inmate"},
    {"inmate_links_to_our_descriptors",
     [](const std::string& rootfs) {
         remove_inmate(rootfs);
         fs::create_symlink("/proc/self/fd/0", rootfs + "/boot/inmate");
     },
     "/boot/inmate"},
    {"boot_links_out",
     [](const std::string& rootfs) {
         fs::remove_all(rootfs + "/boot");
         fs::create_symlink("/etc", rootfs + "/boot");
     },
     "/boot/inmate"},
    {"inmate_is_empty", [](const std::string& rootfs) { write_text(rootfs + "/boot/inmate", ""); },
     "/boot/inmate"},
};

class BadImage : public BadInput, public ::testing::WithParamInterface<ImageCase> {};

TEST_P(BadImage, IsRefusedAndLeavesNothing) {
    const std::string bundle = node_->inmate_bundle(GetParam().name, "spin\n");
    GetParam().plant(bundle + "/rootfs");
    expect_refused({"create", "--bundle", bundle, "c"}, GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(All, BadImage, ::testing::ValuesIn(bad_images),
                         [](const auto& one) { return std::string(one.param.name); });

// Paths in the environment, which an image sets.
TEST_F(BadInput, PathsThatLeaveTheImageFindNothing) {
    const char* const paths[] = {"/../../../../etc/passwd", "../../etc/passwd",
                                 "/etc/../../../etc/shadow", "/proc/self/root/etc/passwd",
                                 "/boot/./../../../etc/hostname"};
    int number = 0;
    for (const char* path : paths) {
        SCOPED_TRACE(path);
        const std::string bundle =
            node_->bundle("path" + std::to_string(number++),
                          std::string("{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},"
                                      "\"process\":{\"cwd\":\"/\",\"args\":"
                                      "[\"x\"],\"env\":[\"INMATE=") +
                              path + "\"]}}");
        expect_refused({"create", "--bundle", bundle, "c"}, path);
    }
}

// The original's /boot/config.json, from a stranger.
TEST_F(BadInput, ConfigurationFilesOfTheImage) {
    struct {
        const char* name;
        std::string text;
        const char* words;
    } const files[] = {
        {"inmate_missing", "{\"inmate\": \"/boot/none\"}", "/boot/none"},
        {"inmate_number", "{\"inmate\": 1}", "inmate"},
        {"inmate_escapes", "{\"inmate\": \"/../../etc/passwd\"}", "passwd"},
        {"unknown_key", "{\"inmate\": \"/boot/inmate\", \"shell\": \"rm\"}", "shell"},
        {"deep", "{\"inmate\": " + std::string(200, '[') + std::string(200, ']') + "}", "deep"},
        {"large", "{\"inmate\": \"" + std::string(100'000, 'a') + "\"}", "64 KiB"},
    };
    for (const auto& file : files) {
        SCOPED_TRACE(file.name);
        const std::string bundle =
            node_->bundle(std::string("file-") + file.name,
                          "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},\"process\":{"
                          "\"cwd\":\"/\",\"args\":[\"x\"]},"
                          "\"annotations\":{\"org.runphi.vcpus\":\"1\"}}");
        fs::create_directories(bundle + "/rootfs/boot");
        write_text(bundle + "/rootfs/boot/inmate", "spin\n");
        write_text(bundle + "/rootfs/boot/config.json", file.text);
        expect_refused({"create", "--bundle", bundle, "c"}, file.words);
    }
}

TEST_F(BadInput, ARootFileSystemBehindALinkIsRefused) {
    const std::string bundle = node_->inmate_bundle("linked", "spin\n");
    fs::rename(bundle + "/rootfs", bundle + "/elsewhere");
    fs::create_symlink("elsewhere", bundle + "/rootfs");
    expect_refused({"create", "--bundle", bundle, "c"}, "not an absolute path, or a symlink");
}

}  // namespace
}  // namespace phi::test
