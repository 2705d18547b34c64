// SPDX-License-Identifier: Apache-2.0
#include "core/live/oom.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"

namespace phi::live {

OomWatch::OomWatch(Cgroup cgroup) : cgroup_(std::move(cgroup)) {
    if (watch_v1() || watch_v2()) return;
    fd_.reset();
    log::debug("events: this container's cgroup does not tell when memory runs out");
}

bool OomWatch::watch_v1() {
    const std::string* directory = cgroup_.with("memory.oom_control");
    if (directory == nullptr) return false;
    control_.reset(::open((*directory + "/memory.oom_control").c_str(), O_RDONLY | O_CLOEXEC));
    const UniqueFd registry(
        ::open((*directory + "/cgroup.event_control").c_str(), O_WRONLY | O_CLOEXEC));
    fd_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!control_ || !registry || !fd_) return false;
    const std::string line = text(fd_.get(), ' ', control_.get());
    return ::write(registry.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

bool OomWatch::watch_v2() {
    const std::string* directory = cgroup_.with("memory.events");
    if (directory == nullptr) return false;
    v2_ = true;
    kills_ = kills();
    fd_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    return fd_ &&
           ::inotify_add_watch(fd_.get(), (*directory + "/memory.events").c_str(), IN_MODIFY) >= 0;
}

std::uint64_t OomWatch::kills() const {
    const auto events = cgroup_.table("memory.events");
    const auto found = events.find("oom_kill");
    return found == events.end() ? 0 : found->second;
}

bool OomWatch::ran_out() {
    char news[4096];
    bool any = false;
    while (::read(fd_.get(), news, sizeof news) > 0) any = true;
    if (!v2_) {
        // The end of the cgroup is news, too.
        return any && cgroup_.with("memory.oom_control") != nullptr;
    }
    const std::uint64_t now = kills();
    const bool more = now > kills_;
    kills_ = std::max(kills_, now);
    return more;
}

}  // namespace phi::live
