// SPDX-License-Identifier: Apache-2.0
// What the copying process in a guest does, here in a process of the test.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" {
#define _Noreturn [[noreturn]]
#include "guest/phi-init/copy.h"
#undef _Noreturn
}

namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

class GuestCopy : public ::testing::Test {
  protected:
    GuestCopy() {
        char name[] = "/tmp/runphi-copy-XXXXXX";
        dir_ = ::mkdtemp(name);
        fs::create_directories(dir_ + "/folder");
    }
    ~GuestCopy() override { fs::remove_all(dir_); }

    std::string at(const std::string& name) const { return dir_ + "/" + name; }
    void write(const std::string& name, const std::string& bytes, unsigned mode = 0644) const {
        std::ofstream(at(name)) << bytes;
        ::chmod(at(name).c_str(), mode);
    }
    // Runs it with these bytes as its input; its exit status. What it wrote is in out and err.
    int run(phi_config config, const std::string& path, const std::string& input = "") {
        std::string argument = path;
        char* items[] = {argument.data(), nullptr};
        config.args = {items, 1};
        write("in", input);
        const pid_t child = ::fork();
        if (child == 0) {
            const std::string streams[] = {at("in"), at("out"), at("err")};
            for (int fd = 0; fd < 3; ++fd) {
                const int flags = fd == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
                const int opened = ::open(streams[fd].c_str(), flags, 0600);
                if (::dup2(opened, fd) < 0) ::_exit(99);
            }
            phi_copy(&config);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        out = content(at("out"));
        err = content(at("err"));
        for (const char* stream : {"in", "out", "err"}) fs::remove(at(stream));
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    int copy_out(const std::string& path) {
        phi_config config{};
        config.copy = phi_copy_out;
        return run(config, path);
    }
    int copy_in(const std::string& path, const std::string& bytes, std::uint64_t size) {
        phi_config config{};
        static char name[] = "named";
        config.copy = phi_copy_in;
        config.copy_name = name;
        config.copy_mode = 0751;
        config.copy_size = size;
        return run(config, path, bytes);
    }
    std::size_t entries(const std::string& folder = "") const {
        const fs::directory_iterator all(dir_ + folder);
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    std::string dir_, out, err;
};

TEST_F(GuestCopy, OutTellsModeAndSize) {
    const std::string much(300'000, 'm');
    write("much", much, 04711);
    EXPECT_EQ(copy_out(at("much")), 0);
    EXPECT_TRUE(out == much);
    EXPECT_EQ(err, "711 300000\n");
    write("empty", "");
    EXPECT_EQ(copy_out(at("empty")), 0);
    EXPECT_EQ(err, "644 0\n");
    EXPECT_EQ(copy_out("/proc/self/comm"), 0);
    EXPECT_FALSE(out.empty()) << "a file of the kernel's, which tells no size";
}

TEST_F(GuestCopy, OutOfWhatIsNoFileFails) {
    EXPECT_EQ(copy_out(at("none")), 1);
    EXPECT_EQ(err, "open " + at("none") + ": no such file or directory");
    EXPECT_EQ(copy_out(at("folder")), 1);
    EXPECT_EQ(err, at("folder") + " is not a regular file");
    ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
    EXPECT_EQ(copy_out(at("fifo")), 1) << "and does not wait for its writer";
    EXPECT_EQ(out, "");
}

TEST_F(GuestCopy, InMakesTheFileWithItsMode) {
    EXPECT_EQ(copy_in(at("new"), "content", 7), 0) << err;
    EXPECT_EQ(content(at("new")), "content");
    struct stat status {};
    ::stat(at("new").c_str(), &status);
    EXPECT_EQ(status.st_mode & 07777U, 0751U);
    EXPECT_EQ(copy_in(at("folder"), "x", 1), 0) << err;
    EXPECT_EQ(content(at("folder/named")), "x");
    EXPECT_EQ(entries(), 2U);
    EXPECT_EQ(entries("/folder"), 1U);
}

TEST_F(GuestCopy, InReplacesWhatIsThereForItsOwner) {
    write("old", "something longer");
    ASSERT_EQ(::chown(at("old").c_str(), 7, 8), 0);
    fs::create_symlink("old", at("link"));
    EXPECT_EQ(copy_in(at("link"), "new", 3), 0) << err;
    EXPECT_EQ(content(at("old")), "new");
    EXPECT_TRUE(fs::is_symlink(at("link")));
    struct stat status {};
    ::stat(at("old").c_str(), &status);
    EXPECT_EQ(status.st_uid, 7U);
    EXPECT_EQ(status.st_gid, 8U);
}

TEST_F(GuestCopy, InThatIsCutShortLeavesWhatWasThere) {
    write("old", "kept");
    EXPECT_EQ(copy_in(at("old"), "cut", 10), 1);
    EXPECT_EQ(err, at("old") + ": the input ended after 3 of 10 bytes");
    EXPECT_EQ(content(at("old")), "kept");
    EXPECT_EQ(copy_in(at("new"), "", 1), 1);
    EXPECT_EQ(entries(), 2U) << "old, folder";
}

TEST_F(GuestCopy, InTakesNoMoreThanItsSize) {
    EXPECT_EQ(copy_in(at("new"), "123456", 4), 0);
    EXPECT_EQ(content(at("new")), "1234");
}

TEST_F(GuestCopy, InToWhereNoFileCanBeFails) {
    EXPECT_EQ(copy_in(at("no/such"), "x", 1), 1);
    EXPECT_EQ(err, "create " + at("no/such") + ": no such file or directory");
    ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
    EXPECT_EQ(copy_in(at("fifo"), "x", 1), 1);
    EXPECT_EQ(err, at("fifo") + " is not a regular file");
    fs::create_directories(at("folder/named"));
    EXPECT_EQ(copy_in(at("folder"), "x", 1), 1);
    EXPECT_EQ(err, at("folder/named") + " is not a regular file");
    EXPECT_EQ(copy_in(at(std::string(300, 'n')), "x", 1), 1);
}

}  // namespace
