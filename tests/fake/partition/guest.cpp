// SPDX-License-Identifier: Apache-2.0
#include "fake/partition/guest.hpp"

#include <signal.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#include "fake/machine.hpp"
#include "fake/partition/babble.hpp"
#include "fake/partition/frame.hpp"

namespace fake {

namespace {

// A guest that has this much waiting for a slow console stands still.
constexpr std::size_t console_buffer = 64U << 10;
constexpr std::size_t flood_line = 64;

std::string share_path(const std::string& file) {
    const char* dir = std::getenv(share_variable);
    return std::string(dir == nullptr ? "/nonexistent" : dir) + "/" + file;
}

}  // namespace

Guest::Guest(std::vector<Instruction> script, bool linux, Stream& console, Stream& agent)
    : script_(std::move(script)),
      linux_(linux),
      console_(console),
      agent_(agent),
      sessions_(agent) {}

bool Guest::start() {
    if (state_ != State::created) return false;
    state_ = State::running;
    if (linux_) say_hello();
    return true;
}

bool Guest::pause() {
    if (state_ != State::running && state_ != State::paused) return false;
    state_ = State::paused;
    return true;
}

bool Guest::resume() {
    if (state_ != State::running && state_ != State::paused) return false;
    state_ = State::running;
    return true;
}

bool Guest::ask_to_stop() {
    if (state_ == State::created || state_ == State::paused) return false;
    if (state_ == State::running && !deaf_) state_ = State::stopped;
    return true;
}

bool Guest::wants_console_input() const {
    return state_ == State::running && at_ < script_.size() && script_[at_].op == Op::echo &&
           console_.queued() < console_buffer;
}

void Guest::run() {
    if (state_ != State::running) return;
    read_agent();
    sessions_.run();
    while (state_ == State::running && step()) {
    }
    go_on_babbling();
}

bool Guest::step() {
    if (dying_) return step_exit(*dying_);
    if (console_.queued() >= console_buffer) return false;
    if (at_ >= script_.size()) {
        if (console_.drained()) state_ = State::stopped;
        return false;
    }
    const Instruction& now = script_[at_];
    switch (now.op) {
        case Op::print:
            console_.write(now.text + "\n");
            break;
        case Op::echo:
            if (!step_echo()) return false;
            break;
        case Op::exit:
            return step_exit(static_cast<int>(now.number));
        case Op::poweroff:
            if (console_.drained()) state_ = State::stopped;
            return false;
        case Op::crash:
            if (console_.drained()) state_ = State::failed;
            return false;
        case Op::spin:
            return false;
        case Op::deaf:
            deaf_ = true;
            break;
        case Op::hello:
            say_hello();
            break;
        case Op::wait_signal:
            if (!step_wait(RUNPHI_AGENT_SIGNAL)) return false;
            break;
        case Op::wait_resize:
            if (!step_wait(RUNPHI_AGENT_RESIZE)) return false;
            break;
        case Op::flood:
            if (!step_flood(now.number)) return false;
            break;
        case Op::read:
            read_shared(now.text);
            break;
        case Op::write:
            write_shared(now.text);
            break;
        case Op::lie:
            tell_lies();
            break;
        case Op::babble:
            babble_ = now.text;
            break;
        case Op::version:  // it has said hello before the script began
            break;
        case Op::betray:
            sessions_.betray(now.text);
            break;
    }
    ++at_;
    return true;
}

bool Guest::step_echo() {
    say_hello();
    console_.write(console_.take());
    return console_.ended() || (input_is_ && console_.taken() >= *input_is_);
}

bool Guest::step_flood(std::uint64_t kib) {
    const std::uint64_t lines = kib * 1024 / flood_line;
    while (flooded_ < lines && console_.queued() < console_buffer) {
        std::string line = std::to_string(flooded_++);
        line.insert(0, flood_line - 1 - line.size(), '.');
        console_.write(line + "\n");
    }
    if (flooded_ < lines) return false;
    flooded_ = 0;
    return true;
}

// First the last of its output, then its status, then the end: as phi-init does.
bool Guest::step_exit(int status) {
    if (!console_.drained()) return false;
    if (!told_) {
        const char payload = static_cast<char>(status);
        send(RUNPHI_AGENT_EXIT, {&payload, 1});
        exit_status_ = status;
        told_ = true;
    }
    if (agent_.drained()) state_ = State::stopped;
    return false;
}

bool Guest::step_wait(std::uint8_t frame_type) {
    say_hello();
    const std::string_view wanted = frame_type == RUNPHI_AGENT_SIGNAL ? "signal" : "resize";
    if (event_.compare(0, wanted.size(), wanted) != 0) return false;
    console_.write(std::exchange(event_, {}) + "\n");
    return true;
}

void Guest::send(std::uint8_t type, std::string_view payload) {
    agent_.write(frame_of(type, payload));
}

void Guest::say_hello() {
    if (std::exchange(greeted_, true)) return;
    char version = RUNPHI_AGENT_VERSION;
    for (const Instruction& one : script_) {
        if (one.op == Op::version) version = static_cast<char>(one.number);
    }
    send(RUNPHI_AGENT_HELLO, {&version, 1});
}

bool Guest::has_more_to_say() const {
    return state_ == State::running && !babble_.empty() && agent_.is_held() && agent_.drained();
}

// As fast as the host takes it; in between it listens.
void Guest::go_on_babbling() {
    for (int most = 64; most > 0 && has_more_to_say(); --most) {
        const std::string more = babble(babble_, babbled_++);
        if (more.empty()) babble_.clear();
        agent_.write(more);
    }
}

void Guest::tell_lies() {
    agent_.write(std::string("\0\xff no frame at all \xa7", 20));
    agent_.write(std::string("\xa7\x02\xff\xff", 4) + std::string(2048, 'x'));  // EXIT, 65535 bytes
    send(RUNPHI_AGENT_EXIT, {});                                                // no status
    send(200, "a type that nobody knows");
}

// What virtiofsd and a real guest do together: the directory is there for this process alone.
void Guest::read_shared(const std::string& file) {
    std::ifstream in(share_path(file));
    std::string line;
    if (!std::getline(in, line)) line = std::string("cannot read: ") + std::strerror(errno);
    console_.write(line + "\n");
}

void Guest::write_shared(const std::string& file_and_words) {
    const auto space = file_and_words.find(' ');
    std::ofstream out(share_path(file_and_words.substr(0, space)));
    out << (space == std::string::npos ? "" : file_and_words.substr(space + 1)) << std::endl;
    if (!out) console_.write(std::string("cannot write: ") + std::strerror(errno) + "\n");
}

void Guest::read_agent() {
    agent_bytes_ += agent_.take();
    while (agent_bytes_.size() >= sizeof(runphi_agent_header)) {
        const std::string_view header(agent_bytes_.data(), sizeof(runphi_agent_header));
        const auto length = static_cast<std::size_t>(little_endian(header.substr(2)));
        if (static_cast<unsigned char>(header[0]) != RUNPHI_AGENT_MAGIC ||
            length > RUNPHI_AGENT_PAYLOAD_MAX) {
            agent_bytes_.erase(0, 1);
            continue;
        }
        if (agent_bytes_.size() < header.size() + length) return;
        const std::string payload = agent_bytes_.substr(header.size(), length);
        const auto type = static_cast<std::uint8_t>(header[1]);
        agent_bytes_.erase(0, header.size() + length);
        on_frame(type, payload);
    }
}

void Guest::on_frame(std::uint8_t type, std::string_view payload) {
    if (type == RUNPHI_AGENT_SIGNAL && payload.size() == 1) {
        on_signal(static_cast<unsigned char>(payload[0]));
    } else if (type == RUNPHI_AGENT_SHUTDOWN) {
        if (!deaf_) dying_ = 128 + SIGTERM;
    } else if (type == RUNPHI_AGENT_RESIZE && payload.size() == 4) {
        event_ = "resize " + std::to_string(little_endian(payload.substr(0, 2))) + " " +
                 std::to_string(little_endian(payload.substr(2)));
    } else if (type == RUNPHI_AGENT_EOF && payload.size() == 8) {
        input_is_ = little_endian(payload);
    } else if (type == RUNPHI_AGENT_SESSIONS) {
        const char version = RUNPHI_AGENT_VERSION;
        send(RUNPHI_AGENT_READY, {&version, 1});
    } else {
        sessions_.take(type, payload);
    }
}

void Guest::on_signal(int signal) {
    const bool waited_for = at_ < script_.size() && script_[at_].op == Op::wait_signal;
    if (waited_for) {
        event_ = "signal " + std::to_string(signal);
    } else if (!deaf_ || signal == SIGKILL) {
        dying_ = 128 + signal;
    }
}

}  // namespace fake
