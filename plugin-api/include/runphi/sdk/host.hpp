// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/values.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::sdk {

struct SpawnRequest {
    std::vector<std::string> argv;   // argv[0]: an absolute path; there is never a shell
    std::vector<std::string> env;    // "NAME=value"; nothing is inherited
    std::vector<runphi_fd_map> fds;  // 0, 1, 2 are /dev/null unless mapped; all others are closed
    int cwd_fd = -1;                 // -1: "/"
    bool die_with_parent = true;     // what belongs to a partition must not outlive its monitor
    bool with_shares = false;        // it sees the trees of plan.shares, as no other process does
};

struct Process {
    int pid = 0;
    std::uint64_t start_time = 0;  // clock ticks since boot: with pid, an identity
    UniqueFd pidfd;                // readable when the process has ended
};

namespace detail {

inline Error taken_from(runphi_result code, const runphi_error& error) {
    const bool known = code >= RUNPHI_INVALID && code <= RUNPHI_INTERNAL;
    return Error(known ? static_cast<Code>(code) : Code::internal, error.message, error.hint,
                 error.sys_errno);
}

inline std::vector<const char*> pointers(const std::vector<std::string>& strings) {
    std::vector<const char*> out;
    out.reserve(strings.size() + 1);
    for (const std::string& one : strings) out.push_back(one.c_str());
    out.push_back(nullptr);
    return out;
}

}  // namespace detail

// What the core offers to a backend, for the length of one call.
class Host {
  public:
    explicit Host(const runphi_host& host) : host_(&host) {}

    void log(std::int32_t level, std::string_view text) const {
        host_->log(host_->ctx, level, text.data(), text.size());
    }
    void warn(std::string_view text) const { log(RUNPHI_LOG_WARN, text); }
    void info(std::string_view text) const { log(RUNPHI_LOG_INFO, text); }
    void debug(std::string_view text) const { log(RUNPHI_LOG_DEBUG, text); }

    // Milliseconds that this call may still take; the maximum of int64_t: no limit.
    std::int64_t remaining_ms() const { return host_->remaining_ms(host_->ctx); }
    // The same for poll(2): -1 for no limit.
    int poll_ms() const {
        const std::int64_t left = remaining_ms();
        if (left == std::numeric_limits<std::int64_t>::max()) return -1;
        return static_cast<int>(left < 1'000'000'000 ? left : 1'000'000'000);
    }

    // Runs a program. Throws Error when it cannot be executed.
    Process spawn(const SpawnRequest& request) const {
        const auto argv = detail::pointers(request.argv);
        const auto envp = detail::pointers(request.env);
        runphi_spawn what{};
        what.size = sizeof what;
        what.flags = (request.die_with_parent ? RUNPHI_SPAWN_DIE_WITH_PARENT : 0) |
                     (request.with_shares ? RUNPHI_SPAWN_WITH_SHARES : 0);
        what.argv = argv.data();
        what.envp = envp.data();
        what.fds = request.fds.data();
        what.n_fds = static_cast<std::uint32_t>(request.fds.size());
        what.cwd_fd = request.cwd_fd;
        runphi_process out{};
        out.size = sizeof out;
        out.pidfd = -1;
        runphi_error error{};
        error.size = sizeof error;
        const runphi_result code = host_->spawn(host_->ctx, &what, &out, &error);
        if (code != RUNPHI_OK) throw detail::taken_from(code, error);
        return Process{out.pid, out.start_time, UniqueFd(out.pidfd)};
    }

    // A regular file below the container's root file system, read-only; links cannot leave it.
    UniqueFd open_rootfs(std::string_view path) const {
        std::int32_t fd = -1;
        runphi_error error{};
        error.size = sizeof error;
        const runphi_result code =
            host_->open_rootfs(host_->ctx, path.data(), path.size(), &fd, &error);
        if (code != RUNPHI_OK) throw detail::taken_from(code, error);
        return UniqueFd(fd);
    }

    // For tools: the plan of a container, as create would make it on a machine with these
    // capabilities, beside those that were planned before. Defined in trampoline.hpp.
    PlannedBundle plan_bundle(const std::string& path, const std::string& id,
                              std::uint64_t capabilities) const;

    // The node's settings for this backend: JSON text, "{}" if there are none.
    std::string_view settings() const { return host_->settings; }
    // A folder for facts that hold until the next boot.
    std::string_view cache_dir() const { return host_->cache_dir; }
    // The node's guest folder: kernels, phi-init, modules.
    std::string_view guest_dir() const { return host_->guest_dir; }

  private:
    const runphi_host* host_;
};

}  // namespace runphi::sdk
