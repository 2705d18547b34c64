// SPDX-License-Identifier: Apache-2.0
// What belongs to the node itself: kernel, settings, state, network.
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/magic.h>

#include <cstdio>
#include <cstdlib>

#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "core/container/store.hpp"
#include "core/doctor/finding.hpp"

namespace phi::doctor {
namespace {

// The nearest folder that is there, above one that may not be.
std::string existing(std::string path) {
    while (path.size() > 1 && ::access(path.c_str(), F_OK) != 0) path.resize(path.rfind('/'));
    return path.empty() ? "/" : path;
}

std::vector<std::string> abandoned(const Settings& settings) {
    std::vector<std::string> ids;
    for (const auto& store_dir : container::all_store_dirs(settings)) {
        for (const auto& id : container::ids_in(store_dir)) {
            const auto found = container::open_at(store_dir, id);
            if (!found || found->abandoned()) ids.push_back(id);
        }
    }
    return ids;
}

}  // namespace

Finding look_at_kernel() {
    utsname name{};
    ::uname(&name);
    const std::string what = text(name.sysname, " ", name.release, " on ", name.machine);
    try {
        if (open_pidfd(self())) return {Level::ok, "kernel", what, {}};
    } catch (const Error&) {
    }
    return {Level::wrong, "kernel", text(what, " has no pidfd_open"),
            "Linux 5.3 or later is needed, and no seccomp filter that forbids this call"};
}

Finding look_at_settings() {
    const char* named = std::getenv("RUNPHI_CONFIG");
    const std::string file = named != nullptr ? named : Settings::default_file;
    if (::access(file.c_str(), F_OK) == 0) return {Level::ok, "settings", file, {}};
    return {Level::ok, "settings", text("no ", file, ": the defaults"), {}};
}

Finding look_at_state(const Settings& settings) {
    const std::string dir = existing(settings.state_dir);
    if (::access(dir.c_str(), W_OK) != 0) {
        return {Level::wrong, "state", text(settings.state_dir, ": ", errno_text(errno)),
                "run this as root; or name another folder as \"state_dir\" in the settings"};
    }
    if (const auto ids = abandoned(settings); !ids.empty()) {
        return {Level::note, "state", text("a crash has left: ", join(ids, ", ")),
                "runphi recover"};
    }
    struct statfs found {};
    const bool in_memory = ::statfs(dir.c_str(), &found) == 0 &&
                           (found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC);
    if (in_memory) return {Level::ok, "state", settings.state_dir, {}};
    return {Level::note, "state",
            text(settings.state_dir,
                 " is not in memory: every command writes "
                 "to a disk"),
            "mount a tmpfs there"};
}

Finding look_at_network() {
    if (::access("/dev/net/tun", R_OK | W_OK) == 0) {
        return {Level::ok, "network", "/dev/net/tun", {}};
    }
    return {Level::note, "network",
            text("/dev/net/tun: ", errno_text(errno), ": no taps for guests that have a network"),
            "modprobe tun; without it: --network none, or the annotation org.runphi.net=none"};
}

}  // namespace phi::doctor
