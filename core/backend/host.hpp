// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/boot/choice.hpp"
#include "core/fs/rootfs.hpp"
#include "core/settings/settings.hpp"

namespace phi::backend {

// A container planned for a tool. The images are the planner's.
struct PlannedBundle {
    std::string plan;
    const std::vector<boot::Image>& images;
};
using BundlePlanner = std::function<PlannedBundle(const std::string& path, const std::string& id,
                                                  std::uint64_t capabilities)>;

// What this process offers to its plugin: runphi_host. It stays where it is made, because the
// plugin holds pointers into it.
class HostTable {
  public:
    HostTable(std::string id, const Settings& settings);
    HostTable(const HostTable&) = delete;
    HostTable& operator=(const HostTable&) = delete;

    const runphi_host* abi() const { return &abi_; }
    void set_rootfs(const Rootfs* rootfs) { rootfs_ = rootfs; }
    void set_shares(int mount_namespace) { shares_ = mount_namespace; }
    void set_deadline(Deadline deadline) { deadline_ = deadline; }
    // Who plans for the plugin's tool; none: nobody.
    void set_planner(BundlePlanner planner) { planner_ = std::move(planner); }
    // Makes the cache folder. Only before create: looking and planning write nothing.
    void prepare_cache();

  private:
    static void log(void* ctx, std::int32_t level, const char* words, std::uint64_t length);
    static std::int64_t remaining_ms(void* ctx);
    static runphi_result spawn(void* ctx, const runphi_spawn* what, runphi_process* out,
                               runphi_error* error);
    static runphi_result open_rootfs(void* ctx, const char* path, std::uint64_t length,
                                     std::int32_t* fd, runphi_error* error);
    static runphi_result plan_bundle(void* ctx, const runphi_bundle* what, const runphi_sink* plan,
                                     const runphi_image** images, std::uint32_t* n_images,
                                     runphi_error* error);

    runphi_host abi_;
    std::string id_;
    std::string settings_;
    std::string state_dir_;
    std::string cache_dir_;
    std::string guest_dir_;
    const Rootfs* rootfs_ = nullptr;
    int shares_ = -1;  // borrowed
    Deadline deadline_ = Deadline::never();
    BundlePlanner planner_;
    std::deque<std::vector<runphi_image>> planned_;  // what the plugin has pointers to
};

}  // namespace phi::backend
