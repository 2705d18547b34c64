// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/stdio.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/time.hpp"

namespace phi::monitor {

namespace {

// How long an engine that does not read its pipe can hold up our end.
constexpr auto drain_limit = std::chrono::seconds(10);

// A line that has no end, a prompt, is seen this much later where there is no terminal.
constexpr auto line_limit = std::chrono::milliseconds(50);

enum slot { from_guest, to_engine, from_engine, to_guest };

}  // namespace

void let_go_of_stdio() {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) throw os_error("open /dev/null");
    for (const int stdio : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(null.get(), stdio);
    }
}

void Stdio::set_up(UniqueFd console_socket, unsigned rows, unsigned columns) {
    if (!console_socket) return;
    pty_ = open_pty(rows, columns);
    hand_over(console_socket.get(), pty_);
    console_socket.reset();
    input_ = output_ = pty_.slave.get();
    let_go_of_stdio();
}

void Stdio::connect(UniqueFd console) {
    console_ = std::move(console);
    if (!console_) return;
    ::fcntl(console_.get(), F_SETFL, ::fcntl(console_.get(), F_GETFL) | O_NONBLOCK);
    out_.emplace(console_.get(), output_);
    if (!pty_.slave) out_->hold_lines(line_limit);
    in_.emplace(input_, console_.get());
}

void Stdio::add_to(PollSet& set, bool guest_reads) {
    const auto when = [](bool wanted, int fd) { return wanted ? fd : -1; };
    slot_ = set.add(when(out_ && out_->wants_input(), console_.get()), POLLIN);
    set.add(when(out_ && out_->wants_output(), output_), POLLOUT);
    set.add(when(in_ && in_->wants_input() && guest_reads, input_), POLLIN);
    set.add(when(in_ && in_->wants_output(), console_.get()), POLLOUT);
}

void Stdio::handle(const PollSet& set) {
    if (set.at(slot_ + from_guest) != 0) out_->read_some();
    if (set.at(slot_ + to_engine) != 0) out_->write_some();
    if (set.at(slot_ + from_engine) != 0) in_->read_some();
    if (set.at(slot_ + to_guest) != 0) in_->write_some();
}

std::optional<std::uint64_t> Stdio::take_input_length() {
    if (!in_ || !in_->finished() || std::exchange(length_told_, true)) return std::nullopt;
    return in_->passed();
}

std::optional<std::pair<std::uint16_t, std::uint16_t>> Stdio::size() const {
    winsize size{};
    if (!pty_.slave || ::ioctl(pty_.slave.get(), TIOCGWINSZ, &size) != 0) return std::nullopt;
    return std::pair{size.ws_row, size.ws_col};
}

void Stdio::drain() {
    if (!out_) return;
    out_->hold_lines({});
    const Deadline until = Deadline::in(drain_limit);
    while (!out_->finished() && !until.passed()) {
        const bool writing = out_->wants_output();
        pollfd polled{writing ? out_->to() : console_.get(),
                      static_cast<short>(writing ? POLLOUT : POLLIN), 0};
        // A console that stays open after its partition has ended is dry when nothing comes at
        // once.
        const int ready = ::poll(&polled, 1, writing ? until.poll_ms() : 100);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return;
        if (writing) {
            out_->write_some();
        } else {
            out_->read_some();
        }
    }
}

}  // namespace phi::monitor
