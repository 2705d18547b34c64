// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/link.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace phi::monitor {

namespace {

constexpr std::size_t queue_max = 32768;
constexpr std::size_t frame_max = sizeof(runphi_agent_header) + RUNPHI_AGENT_PAYLOAD_MAX;
constexpr std::size_t reserved = 4096;  // for frames of the container itself
// What a guest can have said in good faith and we have not read yet: the windows of all sessions.
constexpr std::size_t drain_max = 3UL * RUNPHI_AGENT_SESSIONS_MAX * RUNPHI_AGENT_WINDOW;

}  // namespace

void Link::open(UniqueFd fd) {
    fd_ = std::move(fd);
    if (!fd_) return;
    const int flags = ::fcntl(fd_.get(), F_GETFL);
    ::fcntl(fd_.get(), F_SETFL, flags | O_NONBLOCK);
}

void Link::send(std::string_view frame) {
    if (!fd_ || queue_.size() + frame.size() > queue_max) return;
    queue_ += frame;
}

bool Link::has_room() const {
    return fd_ && queue_.size() + frame_max + reserved <= queue_max;
}

void Link::add_to(PollSet& set, bool may_write) {
    const bool writes = may_write && !queue_.empty();
    slot_ = set.add(fd_.get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN));
}

void Link::handle(const PollSet& set) {
    const short happened = set.at(slot_);
    if (fd_ && (happened & POLLOUT) != 0) write_some();
    if (fd_ && (happened & ~POLLOUT) != 0) read_some();
}

bool Link::read_some() {
    char buffer[4096];
    const ssize_t got = ::read(fd_.get(), buffer, sizeof buffer);
    if (got > 0) {
        reader_.feed({buffer, static_cast<std::size_t>(got)});
        return true;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) fd_.reset();
    return false;
}

void Link::write_some() {
    const ssize_t put = ::write(fd_.get(), queue_.data(), queue_.size());
    if (put > 0) queue_.erase(0, static_cast<std::size_t>(put));
}

void Link::drain() {
    for (std::size_t most = drain_max / 4096; fd_ && most > 0 && read_some(); --most) {
    }
}

}  // namespace phi::monitor
