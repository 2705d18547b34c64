// SPDX-License-Identifier: Apache-2.0
#include "monitor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <exception>

#include "images.hpp"
#include "surroundings.hpp"

namespace check {

using runphi::sdk::State;
using runphi::sdk::UniqueFd;

namespace {

enum Request : char {
    k_create = 'c',
    k_open = 'o',
    k_sessions = 's',
    k_read = 'r',
    k_event = 'e',
    k_leaks = 'l'
};

struct Packet {
    char what;
    int number;
};

constexpr std::size_t answer_max = RUNPHI_HANDLE_MAX + 64;

bool ready(int fd, int timeout_ms) {
    pollfd waiting{fd, POLLIN, 0};
    int count = 0;
    do {
        count = ::poll(&waiting, 1, timeout_ms);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

// What runs in the monitor's process.
class Worker {
  public:
    Worker(Bench& bench, Place place, const std::vector<BootImage>& images)
        : bench_(bench), place_(std::move(place)), images_(images) {}

    std::string obey(const Packet& packet) {
        switch (packet.what) {
            case k_create:
                return create();
            case k_open:
                return open_all();
            case k_sessions:
                sessions_ = open(bench_.tables.channel->sessions, "sessions");
                return {};
            case k_read:
                return read(packet.number);
            case k_event:
                return event(packet.number);
            default:
                return leaks();
        }
    }

  private:
    using Open = runphi_result (*)(const runphi_host*, const runphi_partition*, std::int32_t*,
                                   runphi_error*);

    std::string create() {
        before_ = open_descriptors();
        PackedImages images(images_);
        auto partition = packed(place_);
        Sink handle(RUNPHI_HANDLE_MAX);
        const Outcome made = call(bench_.host, [&](runphi_error* error) {
            return bench_.tables.lifecycle->create(bench_.host.abi(), partition.get(),
                                                   images.data(), images.count(), handle.abi(),
                                                   error);
        });
        if (made.code == RUNPHI_UNSUPPORTED) throw Skip{"create: " + made.message};
        made.expect_ok("create");
        handle.require_bounded("the handle");
        place_.handle = handle.text();
        return place_.handle;
    }

    UniqueFd open(Open function, const char* name) {
        auto partition = packed(place_);
        std::int32_t fd = -1;
        call(bench_.host, [&](runphi_error* error) {
            return function(bench_.host.abi(), partition.get(), &fd, error);
        }).expect_ok(name);
        const int flags = fd < 0 ? -1 : ::fcntl(fd, F_GETFD);
        require(flags >= 0, std::string(name) + " gave descriptor " + std::to_string(fd) +
                                ", which is not open");
        UniqueFd owned(fd);
        require((flags & FD_CLOEXEC) != 0, std::string(name) + ": O_CLOEXEC is not set");
        return owned;
    }

    std::string open_all() {
        wait_ = open(bench_.tables.lifecycle->wait, "wait");
        const auto* channel = bench_.tables.channel;
        if (channel != nullptr && (bench_.capabilities & RUNPHI_CAP_CONSOLE) != 0) {
            console_ = open(channel->console, "console");
        }
        if (channel != nullptr && (bench_.capabilities & RUNPHI_CAP_AGENT) != 0) {
            agent_ = open(channel->agent, "agent");
        }
        return {};
    }

    std::string read(int timeout_ms) {
        if (!console_ || !ready(console_.get(), timeout_ms)) return {};
        char text[256];
        const ssize_t got = ::read(console_.get(), text, sizeof text);
        return got > 0 ? std::string(text, static_cast<std::size_t>(got)) : std::string();
    }

    std::string event(int timeout_ms) {
        require(ready(wait_.get(), timeout_ms), "the descriptor of wait did not become ready");
        const auto query = check::event(bench_.host, bench_.tables, place_, wait_.get());
        return std::to_string(static_cast<int>(query.state));
    }

    std::string leaks() {
        wait_.reset();
        console_.reset();
        agent_.reset();
        sessions_.reset();
        const auto after = open_descriptors();
        for (const std::string& one : after) {
            bool known = false;
            for (const std::string& other : before_) known = known || other == one;
            require(known, "descriptor " + one + " is left open");
        }
        return {};
    }

    Bench& bench_;
    Place place_;
    const std::vector<BootImage>& images_;
    std::vector<std::string> before_;
    UniqueFd wait_, console_, agent_, sessions_;
};

[[noreturn]] void serve(Worker& worker, int line) {
    Packet packet{};
    while (::recv(line, &packet, sizeof packet, 0) == sizeof packet) {
        std::string answer = "+";
        try {
            answer += worker.obey(packet);
        } catch (const Skip& skip) {
            answer = "?";
            answer += skip.why;
        } catch (const Failure& failure) {
            answer = "-";
            answer += failure.why;
        } catch (const std::exception& error) {
            answer = "-";
            answer += error.what();
        }
        if (::send(line, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
    }
    ::_exit(0);
}

}  // namespace

Monitor::Monitor(Bench& bench, Place place, const std::vector<BootImage>& images,
                 const std::function<void()>& enter) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        throw runphi::sdk::os_error("socketpair");
    }
    line_.reset(ends[0]);
    UniqueFd theirs(ends[1]);
    pid_ = ::fork();
    if (pid_ < 0) throw runphi::sdk::os_error("fork");
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::prctl(PR_SET_CHILD_SUBREAPER, 0);
        line_.reset();
        if (enter) enter();
        Worker worker(bench, std::move(place), images);
        serve(worker, theirs.get());
    }
}

Monitor::~Monitor() {
    line_.reset();  // it ends when nobody can ask any more
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

void Monitor::kill() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

std::string Monitor::ask(char what, int number) {
    const Packet packet{what, number};
    std::string answer(answer_max, '\0');
    ssize_t got = ::send(line_.get(), &packet, sizeof packet, MSG_NOSIGNAL);
    if (got >= 0) got = ::recv(line_.get(), answer.data(), answer.size(), 0);
    require(got > 0, "the process that made the call died: the plugin crashed");
    answer.resize(static_cast<std::size_t>(got));
    if (answer[0] == '?') throw Skip{answer.substr(1)};
    if (answer[0] != '+') throw Failure{answer.substr(1)};
    return answer.substr(1);
}

std::string Monitor::create() {
    return ask(k_create);
}
void Monitor::open_channels() {
    ask(k_open);
}
void Monitor::open_sessions() {
    ask(k_sessions);
}
std::string Monitor::read_console(int timeout_ms) {
    return ask(k_read, timeout_ms);
}
State Monitor::next_event(int timeout_ms) {
    return static_cast<State>(std::stoi(ask(k_event, timeout_ms)));
}
void Monitor::require_no_leaks() {
    ask(k_leaks);
}

}  // namespace check
