// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/exec_session.hpp"

#include <limits.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/monitor/agent.hpp"

namespace phi::monitor {

namespace {

// Taken in one turn at most, so that signals are heard however much a guest has to say.
constexpr unsigned packets_in_a_turn = 64;
constexpr std::size_t describe_max = RUNPHI_AGENT_PAYLOAD_MAX - sizeof(std::uint32_t);

std::uint32_t cost_of(std::size_t bytes) {
    return std::max<std::uint32_t>(RUNPHI_AGENT_FRAME_COST, static_cast<std::uint32_t>(bytes));
}

Error broken() {
    return Error(Code::hypervisor, "the guest does not keep to the agent protocol");
}

// What the guest or the monitor says about a process that does not run.
Error failure(std::string_view fields) {
    if (fields.size() < 2) return broken();  // a status, and the reason
    const std::string why(fields.substr(1));
    if (static_cast<unsigned char>(fields[0]) == refused_status) {
        return Error(Code::unsupported, why);
    }
    return Error(Code::invalid, "unable to start container process: " + why);
}

}  // namespace

ExecSession::ExecSession(UniqueFd control, const std::string& description, ExecStdio stdio,
                         UniqueFd signals)
    : connection_(std::move(control)), stdio_(stdio), signals_(std::move(signals)) {
    out_.fd = stdio_.out;
    err_.fd = stdio_.err;
    if (description.size() > RUNPHI_AGENT_DESCRIPTION_MAX) {
        throw Error(Code::invalid,
                    text("the process's arguments and environment have ", description.size(),
                         " bytes; a partition takes at most ", RUNPHI_AGENT_DESCRIPTION_MAX));
    }
    queue(RUNPHI_AGENT_OPEN, u32_field(static_cast<std::uint32_t>(description.size())));
    for (std::size_t at = 0; at < description.size(); at += describe_max) {
        queue(RUNPHI_AGENT_DESCRIBE, std::string_view(description).substr(at, describe_max));
    }
}

void ExecSession::await_start(Deadline deadline) {
    while (!started_ && !status_ && !gone_) {
        if (deadline.passed()) {
            throw Error(Code::timeout, "the guest does not answer",
                        "it hangs, or it has been paused");
        }
        turn(deadline);
    }
    if (gone_ && !started_) throw Error(Code::invalid, "cannot exec in a stopped container");
}

int ExecSession::await_end() {
    while ((!status_ && !gone_) || !written()) turn(Deadline::never());
    return status_.value_or(128 + SIGKILL);
}

bool ExecSession::written() const {
    return out_.waiting.empty() && err_.waiting.empty();
}

bool ExecSession::wants_input() const {
    return started_ && !status_ && !gone_ && !input_ended_ && queue_.empty() &&
           input_credit_ >= RUNPHI_AGENT_FRAME_COST;
}

void ExecSession::turn(Deadline deadline) {
    const auto when = [](bool wanted, int fd) { return wanted ? fd : -1; };
    polled_.clear();
    const auto monitor =
        polled_.add(when(!gone_, connection_.fd()),
                    static_cast<short>(queue_.empty() ? POLLIN : POLLIN | POLLOUT));
    const auto signal = polled_.add(signals_.get(), POLLIN);
    const auto input = polled_.add(when(wants_input(), stdio_.in), POLLIN);
    for (Output* output : {&out_, &err_}) {
        output->slot = polled_.add(when(!output->waiting.empty(), output->fd), POLLOUT);
    }
    polled_.wait(deadline.poll_ms());
    if ((polled_.at(monitor) & POLLOUT) != 0) flush_queue();
    if ((polled_.at(monitor) & ~POLLOUT) != 0) take_packets();
    if (polled_.at(out_.slot) != 0) write_output(out_, RUNPHI_AGENT_STDOUT);
    if (polled_.at(err_.slot) != 0) write_output(err_, RUNPHI_AGENT_STDERR);
    if (polled_.at(input) != 0 && wants_input()) read_input();
    if (polled_.at(signal) != 0) take_signals();
}

// ---- to the guest

void ExecSession::queue(std::uint8_t type, std::string_view fields) {
    queue_.push_back(std::string(1, static_cast<char>(type)).append(fields));
}

void ExecSession::flush_queue() {
    while (!queue_.empty()) {
        const std::string_view packet = queue_.front();
        const auto type = static_cast<std::uint8_t>(packet[0]);
        // That the monitor has gone is seen when it is read from.
        if (connection_.send(type, packet.substr(1)) != Connection::Sent::all) return;
        queue_.pop_front();
    }
}

void ExecSession::read_input() {
    char bytes[RUNPHI_AGENT_DATA_MAX];
    const std::size_t most = std::min<std::size_t>(sizeof bytes, input_credit_);
    const ssize_t got = ::read(stdio_.in, bytes, most);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    const std::size_t count = got > 0 ? static_cast<std::size_t>(got) : 0;
    // The end of the input is a frame too, and costs as one.
    input_credit_ -= cost_of(count);
    input_ended_ = count == 0;
    queue(RUNPHI_AGENT_DATA,
          std::string(1, RUNPHI_AGENT_STDIN).append(std::string_view(bytes, count)));
    flush_queue();
}

void ExecSession::take_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        const int signal = static_cast<int>(info.ssi_signo);
        if (signal == SIGCHLD || signal == SIGPIPE) continue;
        if (signal != SIGWINCH) {
            queue(RUNPHI_AGENT_SESSION_SIGNAL, std::string(1, static_cast<char>(signal)));
            continue;
        }
        winsize size{};
        if (stdio_.terminal >= 0 && ::ioctl(stdio_.terminal, TIOCGWINSZ, &size) == 0) {
            queue(RUNPHI_AGENT_SESSION_RESIZE, u16_field(size.ws_row) + u16_field(size.ws_col));
        }
    }
    flush_queue();
}

// ---- from the guest

void ExecSession::take_packets() {
    for (unsigned i = 0; i < packets_in_a_turn; ++i) {
        Packet packet;
        const auto got = connection_.receive(packet);
        if (got == Connection::Got::end) gone_ = true;
        if (got != Connection::Got::packet) return;
        take_packet(packet);
    }
}

void ExecSession::take_packet(const Packet& packet) {
    if (packet.type == RUNPHI_AGENT_STARTED && !started_) {
        started_ = true;
    } else if (packet.type == RUNPHI_AGENT_DATA) {
        take_output(packet.fields);
    } else if (packet.type == RUNPHI_AGENT_CREDIT) {
        take_credit(packet.fields);
    } else if (packet.type == RUNPHI_AGENT_EXITED && packet.fields.size() == 1) {
        status_ = static_cast<unsigned char>(packet.fields[0]);
    } else if (packet.type == RUNPHI_AGENT_FAILED && !started_) {
        throw failure(packet.fields);
    } else {
        throw broken();
    }
}

void ExecSession::take_output(std::string_view fields) {
    if (fields.size() < 2) throw broken();
    const auto stream = static_cast<std::uint8_t>(fields[0]);
    if (stream != RUNPHI_AGENT_STDOUT && stream != RUNPHI_AGENT_STDERR) throw broken();
    Output& output = stream == RUNPHI_AGENT_STDOUT ? out_ : err_;
    const std::uint32_t cost = cost_of(fields.size() - 1);
    if (cost > RUNPHI_AGENT_WINDOW - output.charged - output.owed) throw broken();
    output.charged += cost;
    if (!output.discard) output.waiting += fields.substr(1);
    settle(output, stream);
}

void ExecSession::take_credit(std::string_view fields) {
    if (fields.size() != 5 || fields[0] != RUNPHI_AGENT_STDIN) throw broken();
    const std::uint32_t units = u32_at(fields, 1);
    if (units == 0 || units > RUNPHI_AGENT_WINDOW - input_credit_) throw broken();
    input_credit_ += units;
}

// A pipe that is writable takes this much without blocking.
void ExecSession::write_output(Output& output, std::uint8_t stream) {
    const std::size_t most = std::min<std::size_t>(output.waiting.size(), PIPE_BUF);
    const ssize_t put = ::write(output.fd, output.waiting.data(), most);
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (put < 0) {
        output.discard = true;
        output.waiting.clear();
    } else {
        output.waiting.erase(0, static_cast<std::size_t>(put));
    }
    settle(output, stream);
}

void ExecSession::settle(Output& output, std::uint8_t stream) {
    if (!output.waiting.empty()) return;
    output.owed += std::exchange(output.charged, 0);
    if (output.owed < RUNPHI_AGENT_WINDOW / 2 || gone_) return;
    queue(RUNPHI_AGENT_CREDIT,
          std::string(1, static_cast<char>(stream)) + u32_field(std::exchange(output.owed, 0)));
    flush_queue();
}

}  // namespace phi::monitor
