// SPDX-License-Identifier: Apache-2.0
#include "core/backend/host.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string_view>

#include "core/backend/images.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"

namespace phi::backend {

namespace {

constexpr std::size_t log_line_max = 4096;

template <std::size_t N>
void fill(char (&field)[N], const std::string& words) {
    const std::size_t length = std::min(words.size(), N - 1);
    std::memcpy(field, words.data(), length);
    field[length] = '\0';
}

// Runs `body`; what it throws becomes a result, for no exception may enter the plugin.
template <typename Body>
runphi_result guarded(runphi_error* error, const Body& body) {
    const auto report = [&](Code code, const std::string& message, const std::string& hint) {
        if (error != nullptr && error->size >= sizeof *error) {
            fill(error->message, message);
            fill(error->hint, hint);
        }
        return static_cast<runphi_result>(code);
    };
    try {
        body();
        return RUNPHI_OK;
    } catch (const Error& e) {
        return report(e.code(), e.message(), e.hint());
    } catch (const std::exception& e) {
        return report(Code::internal, e.what(), {});
    } catch (...) {
        return report(Code::internal, "unknown exception", {});
    }
}

SpawnRequest unpack(const runphi_spawn& what, int shares) {
    if (what.argv == nullptr || what.argv[0] == nullptr || what.argv[0][0] != '/') {
        throw Error(Code::invalid, "spawn: argv[0] is not an absolute path");
    }
    SpawnRequest request;
    for (auto* arg = what.argv; *arg != nullptr; ++arg) request.argv.emplace_back(*arg);
    if (what.envp != nullptr) {
        for (auto* variable = what.envp; *variable != nullptr; ++variable) {
            request.env.emplace_back(*variable);
        }
    }
    for (std::uint32_t i = 0; i < what.n_fds; ++i) {
        request.fds.push_back({what.fds[i].from, what.fds[i].to});
    }
    request.cwd_fd = what.cwd_fd;
    request.die_with_parent = (what.flags & RUNPHI_SPAWN_DIE_WITH_PARENT) != 0;
    if ((what.flags & RUNPHI_SPAWN_WITH_SHARES) != 0) {
        if (shares < 0) throw Error(Code::invalid, "spawn: this call has no shares");
        request.mount_namespace = shares;
    }
    return request;
}

}  // namespace

HostTable::HostTable(std::string id, const Settings& settings)
    : abi_{},
      id_(std::move(id)),
      settings_(settings.for_backend(id_)),
      state_dir_(settings.state_dir),
      // '@' cannot begin a container's id, whose folder is beside this one.
      cache_dir_(text(settings.state_dir, "/@cache/", id_)),
      guest_dir_(settings.guest_dir) {
    abi_.size = sizeof abi_;
    abi_.abi_minor = RUNPHI_ABI_MINOR;
    abi_.ctx = this;
    abi_.log = &log;
    abi_.remaining_ms = &remaining_ms;
    abi_.spawn = &spawn;
    abi_.open_rootfs = &open_rootfs;
    abi_.settings = settings_.c_str();
    abi_.cache_dir = cache_dir_.c_str();
    abi_.guest_dir = guest_dir_.c_str();
    abi_.plan_bundle = &plan_bundle;
}

void HostTable::prepare_cache() {
    try {
        make_directories(state_dir_);
        make_directories(cache_dir_, 0700);
    } catch (const Error& error) {
        // The backend measures again instead of remembering: slower, not wrong.
        phi::log::debug(text(id_, ": no cache: ", error.message()));
    }
}

void HostTable::log(void* ctx, std::int32_t level, const char* words, std::uint64_t length) {
    const auto& self = *static_cast<const HostTable*>(ctx);
    try {
        const auto clamped =
            static_cast<phi::log::Level>(std::clamp(level, RUNPHI_LOG_ERROR, RUNPHI_LOG_TRACE));
        if (words == nullptr || !phi::log::wanted(clamped)) return;
        const std::string_view line(
            words, static_cast<std::size_t>(std::min<std::uint64_t>(length, log_line_max)));
        phi::log::write(
            clamped,
            text(self.id_, ": ", is_utf8(line) ? std::string(line) : quoted(line, log_line_max)));
    } catch (...) {  // NOLINT(bugprone-empty-catch): a line that cannot be logged stops nothing
    }
}

std::int64_t HostTable::remaining_ms(void* ctx) {
    return static_cast<const HostTable*>(ctx)->deadline_.remaining_ms();
}

runphi_result HostTable::spawn(void* ctx, const runphi_spawn* what, runphi_process* out,
                               runphi_error* error) {
    const auto& self = *static_cast<const HostTable*>(ctx);
    return guarded(error, [&] {
        if (what == nullptr || what->size < sizeof *what || out == nullptr ||
            out->size < sizeof *out || (what->n_fds > 0 && what->fds == nullptr)) {
            throw Error(Code::invalid, "spawn: a struct is missing or too short");
        }
        Spawned spawned = phi::spawn(unpack(*what, self.shares_));
        out->pid = spawned.id.pid;
        out->start_time = spawned.id.start_time;
        out->pidfd = spawned.pidfd.release();
    });
}

runphi_result HostTable::open_rootfs(void* ctx, const char* path, std::uint64_t length,
                                     std::int32_t* fd, runphi_error* error) {
    const auto& self = *static_cast<const HostTable*>(ctx);
    return guarded(error, [&] {
        if (path == nullptr || fd == nullptr) throw Error(Code::invalid, "open_rootfs: no path");
        if (self.rootfs_ == nullptr) {
            throw Error(Code::not_found, "this call has no container's root file system");
        }
        const RootfsPath wanted(std::string(path, static_cast<std::size_t>(length)));
        *fd = self.rootfs_->open_file(wanted).release();
    });
}

runphi_result HostTable::plan_bundle(void* ctx, const runphi_bundle* what, const runphi_sink* plan,
                                     const runphi_image** images, std::uint32_t* n_images,
                                     runphi_error* error) {
    auto& self = *static_cast<HostTable*>(ctx);
    return guarded(error, [&] {
        if (what == nullptr || what->size < sizeof *what || what->path == nullptr ||
            what->id == nullptr || plan == nullptr || plan->size < sizeof *plan ||
            images == nullptr || n_images == nullptr) {
            throw Error(Code::invalid, "plan_bundle: an argument is missing or too short");
        }
        if (!self.planner_) throw Error(Code::not_found, "this call plans no containers");
        const PlannedBundle made = self.planner_(what->path, what->id, what->capabilities);
        if (plan->write(plan->ctx, made.plan.data(), made.plan.size()) != RUNPHI_OK) {
            throw Error(Code::no_resource, "the plugin does not take the plan");
        }
        const auto& kept = self.planned_.emplace_back(packed(made.images));
        *images = kept.data();
        *n_images = static_cast<std::uint32_t>(kept.size());
    });
}

}  // namespace phi::backend
