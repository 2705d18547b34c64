// SPDX-License-Identifier: Apache-2.0
// The program runphi-prepare-guest, run as a user runs it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/guest/samples.hpp"

namespace {

using namespace std::string_literals;

class PrepareProgram : public testing::Test {
  protected:
    PrepareProgram() {
        std::string name = "/tmp/guest-prepare.XXXXXX";
        dir_ = ::mkdtemp(name.data());
        put("vmlinuz", samples::bzimage(samples::lz4_legacy(kernel_), kernel_.size()));
        put("modules/kernel/virtio_pci.ko", samples::module("depends=virtio\0"s));
        put("modules/kernel/virtio.ko", samples::module("depends=\0"s));
    }
    ~PrepareProgram() override { std::filesystem::remove_all(dir_); }

    void put(const std::string& path, const std::string& content) {
        const std::filesystem::path file = dir_ + '/' + path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
    }

    std::string get(const std::string& path) {
        std::ostringstream content;
        content << std::ifstream(dir_ + '/' + path, std::ios::binary).rdbuf();
        return content.str();
    }

    // Exit status; standard error goes to the file "errors".
    int run(std::vector<std::string> args) {
        args.insert(args.begin(), {PREPARE_COMMAND});
        std::vector<char*> argv;
        for (auto& arg : args) argv.push_back(arg.data());
        argv.push_back(nullptr);
        const pid_t pid = ::fork();
        if (pid == 0) {
            const int out = ::open((dir_ + "/errors").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
            ::dup2(out, 1);
            ::dup2(out, 2);
            ::execvp(argv[0], argv.data());
            ::_exit(99);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    int prepare(const std::string& kernel, const std::string& arch = "x86_64") {
        return run({"--arch", arch, "--kernel", dir_ + '/' + kernel, "--modules", dir_ + "/modules",
                    dir_ + "/guest"});
    }

    std::string dir_;
    std::string kernel_ = samples::vmlinux(samples::bytes(1000));
};

TEST_F(PrepareProgram, WritesAGuestFolder) {
    ASSERT_EQ(prepare("vmlinuz"), 0) << get("errors");
    EXPECT_TRUE(get("guest/x86_64/kernel") == kernel_);
    EXPECT_EQ(get("guest/x86_64/modules/order"), "virtio\nvirtio_pci\n");
    EXPECT_EQ(get("guest/x86_64/modules/virtio.ko"), samples::module("depends=\0"s));
    EXPECT_NE(get("errors").find("no module virtio_net"), std::string::npos);
}

TEST_F(PrepareProgram, ReplacesAnOlderOne) {
    put("guest/x86_64/kernel", "old");
    put("guest/x86_64/modules/old.ko", "old");
    put("guest/x86_64/modules.new/left.ko", "of a run that was killed");
    put("guest/x86_64/phi-init", "stays");
    ASSERT_EQ(prepare("vmlinuz"), 0) << get("errors");
    EXPECT_TRUE(get("guest/x86_64/kernel") == kernel_);
    EXPECT_FALSE(std::filesystem::exists(dir_ + "/guest/x86_64/modules/old.ko"));
    EXPECT_FALSE(std::filesystem::exists(dir_ + "/guest/x86_64/modules/left.ko"));
    EXPECT_FALSE(std::filesystem::exists(dir_ + "/guest/x86_64/modules.new"));
    EXPECT_EQ(get("guest/x86_64/phi-init"), "stays");
}

TEST_F(PrepareProgram, WritesNothingForABadKernel) {
    put("bad", get("vmlinuz").substr(0, 2000));
    EXPECT_EQ(prepare("bad"), 1);
    EXPECT_NE(get("errors").find(dir_ + "/bad: cut off"), std::string::npos) << get("errors");
    EXPECT_EQ(prepare("none"), 1);
    EXPECT_NE(get("errors").find("no such file or directory"), std::string::npos) << get("errors");
    EXPECT_FALSE(std::filesystem::exists(dir_ + "/guest"));
}

TEST_F(PrepareProgram, KnowsItsArchitectures) {
    EXPECT_NE(prepare("vmlinuz", "sparc"), 0);
    EXPECT_NE(get("errors").find("sparc"), std::string::npos);
    EXPECT_EQ(prepare("vmlinuz", "aarch64"), 1);
    EXPECT_NE(get("errors").find("no arm64 Image"), std::string::npos);
}

}  // namespace
