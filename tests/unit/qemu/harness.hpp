// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/unique_fd.hpp"
#include "plugins/qemu/backend.hpp"

// What stands in for the core: a host table, a folder for the partition, and the eight stages of
// planning. The backend and QEMU are the real ones.
namespace qemu_test {

// The C table that the core would hand to the plugin.
class TestHost {
  public:
    TestHost();
    ~TestHost();
    TestHost(const TestHost&) = delete;
    TestHost& operator=(const TestHost&) = delete;

    runphi::sdk::Host host() const { return runphi::sdk::Host(table_); }
    void set_settings(const std::string& json);
    void set_guest_dir(const std::string& path);
    const std::string& folder() const { return folder_; }
    const std::string& log() const { return log_; }

  private:
    static void append_log(void* ctx, std::int32_t level, const char* text, std::uint64_t len);
    runphi_host table_{};
    std::string folder_, cache_, settings_ = "{}", guest_dir_, log_;
};

struct Wish {
    std::string arch = "x86_64";
    std::string kind = "inmate";
    std::string cmdline;
    std::vector<unsigned> cpus;
    unsigned cpu_count = 1;
    std::uint64_t memory = 64ULL << 20;
    std::string boot_extra;  // JSON members of "boot", each with a comma before it
    std::string grant_extra = R"("devices":[],"iomems":[],"irqs":[],"channels":[])";
    std::string net;
    std::string disk_format = "raw";
    std::string network = R"({"mode":"none","interfaces":[]})";  // plan.network
};

// An opened image file.
struct TestImage {
    std::string role;
    phi::UniqueFd fd;
    std::uint64_t length = 0;
};
TestImage open_image(const std::string& role, const std::string& path);
TestImage image_of(const std::string& role, std::string_view bytes);

// The plan, through all stages of the backend.
std::string make_plan(const TestHost& host, const Wish& wish, const std::string& name,
                      const std::vector<TestImage>& images);
// One stage's part.
std::string stage(const TestHost& host, const Wish& wish, const std::vector<TestImage>& images,
                  std::string (runphi::sdk::Backend::*which)(const runphi::sdk::Host&,
                                                             const runphi::sdk::Planning&));

// A partition with its folder. Its QEMU is ended when it goes out of scope.
class TestPartition {
  public:
    TestPartition(TestHost& host, const Wish& wish, std::vector<TestImage> images);
    ~TestPartition();
    TestPartition(const TestPartition&) = delete;
    TestPartition& operator=(const TestPartition&) = delete;

    void create();
    runphi::sdk::Partition view() const;
    runphi::sdk::Query query() { return backend.query(host_.host(), view()); }
    // Waits for the descriptor and asks what happened, until the state is an end. What comes from
    // `drained` meanwhile is added to `heard`.
    runphi::sdk::Query await_end(int wait_fd, int drained = -1, std::string* heard = nullptr);
    // Reads from a descriptor until the text is there, or the end, or ten seconds of silence.
    static std::string read_until(int fd, const std::string& text);

    const std::string& name() const { return name_; }
    const std::string& dir() const { return dir_; }
    int pid() const;
    void forget_handle() { handle_.clear(); }

    runphi::qemu::QemuBackend backend;

  private:
    TestHost& host_;
    std::vector<TestImage> images_;
    std::string name_, dir_, plan_, handle_;
    phi::UniqueFd dir_fd_;
};

}  // namespace qemu_test
