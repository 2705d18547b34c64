// SPDX-License-Identifier: Apache-2.0
#include "terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/time.hpp"

namespace phi::test {

namespace {

constexpr std::chrono::seconds patience{120};

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> out;
    for (const auto& word : words) out.push_back(const_cast<char*>(word.c_str()));
    out.push_back(nullptr);
    return out;
}

}  // namespace

Terminal::Terminal(const std::vector<std::string>& argv, const std::vector<std::string>& env,
                   unsigned short rows, unsigned short columns) {
    const auto arguments = pointers(argv);
    const auto environment = pointers(env);
    winsize size{rows, columns, 0, 0};
    int master = -1;
    child_ = ::forkpty(&master, nullptr, nullptr, &size);
    if (child_ < 0) throw os_error("make a terminal");
    if (child_ == 0) {
        ::execve(arguments[0], arguments.data(), environment.data());
        ::_exit(127);
    }
    master_.reset(master);
    ::fcntl(master, F_SETFD, FD_CLOEXEC);
}

Terminal::~Terminal() {
    if (child_ < 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

bool Terminal::read_some() {
    pollfd ready{master_.get(), POLLIN, 0};
    if (::poll(&ready, 1, 1000) == 0) return true;
    char buffer[4096];
    const ssize_t got = ::read(master_.get(), buffer, sizeof buffer);
    if (got <= 0) return false;
    shown_.append(buffer, static_cast<std::size_t>(got));
    return true;
}

bool Terminal::await(const std::string& wanted) {
    const Deadline until = Deadline::in(patience);
    while (shown_.find(wanted) == std::string::npos) {
        if (until.passed() || !read_some()) return false;
    }
    return true;
}

void Terminal::type(const std::string& keys) {
    if (::write(master_.get(), keys.data(), keys.size()) < 0) throw os_error("type");
}

void Terminal::resize(unsigned short rows, unsigned short columns) {
    const winsize size{rows, columns, 0, 0};
    if (::ioctl(master_.get(), TIOCSWINSZ, &size) != 0) throw os_error("resize the terminal");
}

int Terminal::wait() {
    const Deadline until = Deadline::in(patience);
    while (!until.passed() && read_some()) {
    }
    if (until.passed()) ::kill(child_, SIGKILL);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace phi::test
