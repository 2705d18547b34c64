// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <chrono>
#include <string>

#include "options.hpp"

namespace check {

// The host that the plugin sees: as the core's, but longer than ABI 1.0 wrote it, as that of a
// later minor version will be.
class Host {
  public:
    Host(const Options& options, const std::string& cache_dir);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    const runphi_host* abi() const { return &table_.abi; }
    // The mount namespace of the shared trees, for RUNPHI_SPAWN_WITH_SHARES; -1: there are none.
    void set_shares(int mount_namespace) { shares_ = mount_namespace; }
    // The next call may take --timeout from now.
    void begin_call();

  private:
    static void log(void* ctx, std::int32_t level, const char* text, std::uint64_t length);
    static std::int64_t remaining_ms(void* ctx);
    static runphi_result spawn(void* ctx, const runphi_spawn* what, runphi_process* out,
                               runphi_error* error);
    static runphi_result open_rootfs(void* ctx, const char* path, std::uint64_t length,
                                     std::int32_t* fd, runphi_error* error);

    struct {
        runphi_host abi;
        unsigned char later[64];
    } table_{};
    Options options_;
    std::string cache_dir_;
    int shares_ = -1;
    std::chrono::steady_clock::time_point deadline_;
};

}  // namespace check
