// SPDX-License-Identifier: Apache-2.0
#include "core/log/log.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core.hpp>
#include <boost/log/expressions.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/sources/severity_logger.hpp>
#include <boost/log/utility/exception_handler.hpp>
#include <boost/make_shared.hpp>
#include <cerrno>
#include <ctime>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/log/log_format.hpp"

namespace phi::log {

namespace {

namespace sinks = boost::log::sinks;

struct State {
    Options options;
    std::time_t since = std::time(nullptr);
    UniqueFd file;  // --log
    UniqueFd own;   // own_file, opened at its first line
    bool own_failed = false;
    bool stderr_ours = true;
    bool started = false;  // Boost.Log
};

// Made at first use: a command that logs nothing pays nothing.
State& state() {
    static State the_state;
    return the_state;
}

// A reader that has gone away must not kill us before the exit status is told.
class PipeShield {
  public:
    PipeShield() {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        ::sigset_t pending;
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    PipeShield(const PipeShield&) = delete;
    PipeShield& operator=(const PipeShield&) = delete;
    ~PipeShield() {
        const timespec now{};
        if (!was_pending_) ::sigtimedwait(&pipe_, nullptr, &now);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

  private:
    ::sigset_t pipe_{};
    ::sigset_t before_{};
    bool was_pending_ = false;
};

// One write a line, so that lines of several processes do not mix in a file opened with O_APPEND.
// A log that cannot be written is no reason to fail.
void put(int fd, std::string line) {
    line += '\n';
    const PipeShield shield;
    std::string_view rest = line;
    while (!rest.empty()) {
        const auto put = ::write(fd, rest.data(), rest.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(put));
    }
}

// Where engines look: --log or standard error. Success must leave both empty, so that without
// --debug only errors go there.
bool for_client(Level level) {
    const State& now = state();
    if (!now.file && !now.stderr_ours) return false;
    return level == Level::error || (now.options.debug && level <= Level::debug);
}

bool for_own(Level level) {
    const State& now = state();
    return static_cast<int>(level) <= now.options.own_level && !now.own_failed;
}

void write_for_client(const Line& line) {
    const State& now = state();
    const int fd = now.file ? now.file.get() : STDERR_FILENO;
    if (now.options.format == Format::json) {
        put(fd, format_json(line));
    } else if (!now.file && ::isatty(fd) == 1) {
        put(fd, format_terminal(line, static_cast<unsigned>(line.when - now.since)));
    } else {
        put(fd, format_text(line));
    }
}

void write_for_own(const Line& line) {
    State& now = state();
    if (!now.own) {
        now.own.reset(::open(now.options.own_file.c_str(),
                             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
                             0640));
        now.own_failed = !now.own;
        if (now.own_failed) return;
    }
    put(now.own.get(), text(format_text(line), " pid=", ::getpid()));
}

// The end of Boost.Log: a record becomes a line of one of the two logs.
class Lines : public sinks::basic_sink_backend<sinks::synchronized_feeding> {
  public:
    explicit Lines(void (*writer)(const Line&)) : writer_(writer) {}

    void consume(const boost::log::record_view& record) {
        const auto level = boost::log::extract<Level>("Severity", record);
        const auto message = boost::log::extract<std::string>("Message", record);
        if (level && message) writer_({*level, *message, std::time(nullptr)});
    }

  private:
    void (*writer_)(const Line&);
};

void add_sink(bool (*wants)(Level), void (*writer)(const Line&)) {
    auto sink =
        boost::make_shared<sinks::synchronous_sink<Lines>>(boost::make_shared<Lines>(writer));
    sink->set_filter([wants](const boost::log::attribute_value_set& values) {
        const auto level = boost::log::extract<Level>("Severity", values);
        return level && wants(*level);
    });
    boost::log::core::get()->add_sink(sink);
}

void start() {
    if (state().started) return;
    state().started = true;
    boost::log::core::get()->set_exception_handler(boost::log::make_exception_suppressor());
    add_sink(for_client, write_for_client);
    add_sink(for_own, write_for_own);
}

bool goes_anywhere(Level level) {
    return for_client(level) || for_own(level);
}

void deliver(Level level, std::string_view message) {
    start();
    boost::log::sources::severity_logger<Level> logger;
    BOOST_LOG_SEV(logger, level) << message;
}

}  // namespace

void configure(Options options) {
    set_receiver({goes_anywhere, deliver});
    State& now = state();
    now.options = std::move(options);
    now.file.reset();
    now.own.reset();
    now.own_failed = false;
    const std::string& path = now.options.file;
    if (path.empty()) return;
    // At once, as runc does: what cannot be logged must be told before anything is done.
    now.file.reset(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644));
    if (!now.file) throw os_error("open " + path);
}

void fatal(std::string_view message) {
    if (goes_anywhere(Level::error)) deliver(Level::error, message);
    const State& now = state();
    if (now.file && now.stderr_ours) put(STDERR_FILENO, std::string(message));
}

void forget_stderr() {
    state().stderr_ours = false;
}

}  // namespace phi::log
