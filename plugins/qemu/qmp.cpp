// SPDX-License-Identifier: Apache-2.0
#include "qmp.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "socket.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr std::size_t line_max = 1U << 20;  // query-cpus-fast of 288 CPUs is 60 KB
constexpr std::size_t event_max = 64U << 10;
constexpr unsigned lines_before_answer = 1000;

[[noreturn]] void gone() {
    throw Error(Code::not_found, "QEMU has ended");
}

// Moves up to a line's end from the socket to `line`, and nothing behind it: what follows belongs
// to whoever reads next. True when the line is complete. 0 bytes in `moved`: nothing there.
bool move_line(int fd, std::string& line, ssize_t& moved) {
    char buffer[4096];
    moved = ::recv(fd, buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);
    if (moved <= 0) return false;
    const auto* end =
        static_cast<const char*>(std::memchr(buffer, '\n', static_cast<std::size_t>(moved)));
    const auto wanted = end != nullptr ? static_cast<std::size_t>(end - buffer) + 1
                                       : static_cast<std::size_t>(moved);
    moved = ::recv(fd, buffer, wanted, MSG_DONTWAIT);
    if (moved > 0) line.append(buffer, static_cast<std::size_t>(moved));
    return end != nullptr;
}

void send_line(int fd, std::string_view line) {
    while (!line.empty()) {
        const ssize_t n = ::send(fd, line.data(), line.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) gone();
        if (n < 0) throw sdk::os_error("send to QEMU");
        line.remove_prefix(static_cast<std::size_t>(n));
    }
}

}  // namespace

std::string Qmp::read_line(Deadline deadline) {
    std::string line;
    for (;;) {
        ssize_t moved = 0;
        if (move_line(fd_.get(), line, moved)) return line;
        if (line.size() > line_max) {
            throw Error(Code::hypervisor, "QEMU wrote a line of more than 1 MiB");
        }
        if (moved > 0) continue;
        if (moved == 0 || errno == ECONNRESET) gone();
        if (errno != EAGAIN && errno != EINTR) throw sdk::os_error("read from QEMU");
        if (!wait_readable(fd_.get(), deadline)) {
            throw Error(Code::timeout, "QEMU's monitor did not answer in time",
                        "it serves one client at a time; is another one connected?");
        }
    }
}

Qmp Qmp::connect(int dir_fd, const char* socket, Deadline deadline) {
    return handshake(connect_at(dir_fd, socket), deadline);
}

Qmp Qmp::handshake(UniqueFd fd, Deadline deadline) {
    Qmp qmp(std::move(fd));
    // An event that happens just now can come before the greeting.
    for (unsigned i = 0; i < lines_before_answer; ++i) {
        const std::string line = qmp.read_line(deadline);
        if (line.find("\"QMP\"") == std::string::npos) continue;
        qmp.execute("qmp_capabilities", deadline);
        return qmp;
    }
    throw Error(Code::hypervisor, "QEMU does not greet as QMP wants");
}

std::string Qmp::execute(std::string_view command, Deadline deadline, std::string_view arguments) {
    std::string request = "{\"execute\":\"" + std::string(command) + "\"";
    if (!arguments.empty()) request += ",\"arguments\":" + std::string(arguments);
    send_line(fd_.get(), request + "}\n");
    for (unsigned i = 0; i < lines_before_answer; ++i) {
        std::string line = read_line(deadline);
        const sdk::JsonDocument answer(line, "QMP");
        if (answer.root().find("event")) continue;
        if (const auto error = answer.root().find("error")) {
            throw Error(Code::hypervisor, "QEMU refuses " + std::string(command) + ": " +
                                              error->string_or("desc", "no reason given"));
        }
        return line;
    }
    throw Error(Code::hypervisor, "QEMU sends events without end and no answer");
}

std::string Qmp::run_state(Deadline deadline) {
    const sdk::JsonDocument answer(execute("query-status", deadline), "query-status");
    return answer.root().at("return").at("status").string();
}

QmpLine take_line(int fd) {
    // Looked at before it is taken, so that half a line stays for the next call.
    std::string seen(event_max, '\0');
    ssize_t n = 0;
    do {
        n = ::recv(fd, seen.data(), seen.size(), MSG_PEEK | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n == 0 || (n < 0 && errno == ECONNRESET)) return {QmpLine::Kind::end, {}};
    if (n < 0 && errno == EAGAIN) return {QmpLine::Kind::none_yet, {}};
    if (n < 0) throw sdk::os_error("read QEMU's events");
    const auto end = seen.find('\n');
    const bool complete = end != std::string::npos && end < static_cast<std::size_t>(n);
    if (!complete && static_cast<std::size_t>(n) < seen.size())
        return {QmpLine::Kind::none_yet, {}};
    const std::size_t length = complete ? end + 1 : seen.size();
    if (::recv(fd, seen.data(), length, MSG_DONTWAIT) < 0) {
        throw sdk::os_error("read QEMU's events");
    }
    seen.resize(length);
    return {QmpLine::Kind::line, std::move(seen)};
}

std::optional<std::string> shutdown_reason(const std::string& line) {
    try {
        const sdk::JsonDocument document(line, "event");
        if (document.root().string_or("event", {}) != "SHUTDOWN") return std::nullopt;
        const auto data = document.root().find("data");
        return data ? data->string_or("reason", "unknown") : "unknown";
    } catch (const Error&) {
        return std::nullopt;  // not JSON: nothing that QEMU writes
    }
}

}  // namespace runphi::qemu
