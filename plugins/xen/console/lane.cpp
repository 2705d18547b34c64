// SPDX-License-Identifier: Apache-2.0
#include "lane.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

namespace runphi::xen {

namespace {

constexpr std::size_t piece = 4096;

bool for_later(int number) {
    return number == EAGAIN || number == EINTR;
}

}  // namespace

void Lane::open(const std::string& path) {
    sdk::UniqueFd fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) throw sdk::os_error("open the domain's console, " + path);
    // The discipline of a terminal is the guest's.
    termios how{};
    if (::tcgetattr(fd.get(), &how) != 0) throw sdk::os_error(path + " is no terminal");
    ::cfmakeraw(&how);
    if (::tcsetattr(fd.get(), TCSANOW, &how) != 0) throw sdk::os_error("set up " + path);
    terminals_.push_back(std::move(fd));
}

void Lane::add_to(std::vector<pollfd>& slots) {
    first_slot_ = slots.size();
    slots.push_back(peer_.slot(input_.empty(), !text_.empty()));
    for (std::size_t i = 0; i < terminals_.size(); ++i) {
        int events = text_.empty() && peer_.connected() ? POLLIN : 0;
        if (i == speaker_ && !input_.empty()) events |= POLLOUT;
        slots.push_back({terminals_[i].get(), static_cast<short>(events), 0});
    }
}

void Lane::handle(const std::vector<pollfd>& slots) {
    moved_ = false;
    peer_.handle(slots[first_slot_].revents);
    // From the last on: one that is closed moves those behind it.
    for (std::size_t i = terminals_.size(); i-- > 0;) {
        const short happened = slots[first_slot_ + 1 + i].revents;
        if ((happened & POLLIN) != 0) {
            read_from(i);
        } else if ((happened & (POLLHUP | POLLERR)) != 0) {
            close(i);
        }
    }
    const std::size_t sent = peer_.send(text_);
    text_.erase(0, sent);
    if (input_.empty()) {
        input_.resize(piece);
        input_.resize(peer_.receive(input_.data(), piece));
    }
    moved_ = moved_ || sent > 0;
    write_input();
}

void Lane::read_from(std::size_t terminal) {
    char bytes[piece];
    const ssize_t got = ::read(terminals_[terminal].get(), bytes, sizeof bytes);
    if (got < 0 && for_later(errno)) return;
    if (got <= 0) return close(terminal);
    moved_ = true;
    heard_ += static_cast<std::uint32_t>(got);
    speaker_ = terminal;
    const std::string_view all(bytes, static_cast<std::size_t>(got));
    if (listens_to_exit_) {
        exit_line_.feed(all, text_);
    } else {
        text_ += all;
    }
}

void Lane::write_input() {
    if (input_.empty()) return;
    if (terminals_.empty()) return input_.clear();
    const std::size_t to = speaker_ < terminals_.size() ? speaker_ : 0;
    const ssize_t put = ::write(terminals_[to].get(), input_.data(), input_.size());
    if (put > 0) input_.erase(0, static_cast<std::size_t>(put));
    if (put < 0 && !for_later(errno)) close(to);
}

void Lane::close(std::size_t terminal) {
    terminals_.erase(terminals_.begin() + static_cast<std::ptrdiff_t>(terminal));
    speaker_ = 0;
}

}  // namespace runphi::xen
