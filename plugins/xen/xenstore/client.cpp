// SPDX-License-Identifier: Apache-2.0
#include "client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <utility>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;
using std::chrono::steady_clock;

namespace {

// Texts are sent with the NUL behind them.
std::string first_text(const std::string& texts) {
    return texts.substr(0, texts.find('\0'));
}

// enum xsd_sockmsg_type.
enum Type : unsigned {
    type_directory = 1,
    type_read = 2,
    type_watch = 4,
    type_write = 11,
    type_set_permissions = 14,
    type_event = 15,
    type_error = 16
};
constexpr std::size_t payload_max = 4096;  // XENSTORE_PAYLOAD_MAX
constexpr int events_max = 64;             // taken at once

constexpr const char* daemon_hangs = "xenstored does not answer";

std::string with_end(std::string text) {
    text += '\0';
    return text;
}

Error silence() {
    return {Code::timeout, daemon_hangs,
            "it must run for as long as the machine; one that has died cannot be started again"};
}

}  // namespace

XenStore XenStore::connect(const std::string& path, std::chrono::milliseconds patience) {
    sdk::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) throw sdk::os_error("socket");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw Error(Code::invalid, "xenstored: " + path + " does not fit a socket's address");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == EAGAIN) throw silence();
        if (errno == ECONNREFUSED) errno = ENOENT;
        throw sdk::os_error("connect to xenstored at " + path);
    }
    return {std::move(socket), patience};
}

std::optional<std::string> XenStore::read(const std::string& node) {
    return ask(type_read, with_end(node));
}

std::vector<std::string> XenStore::directory(const std::string& node) {
    std::vector<std::string> out;
    const std::string names = ask(type_directory, with_end(node)).value_or("");
    for (std::size_t at = 0; at < names.size(); at += out.back().size() + 1) {
        out.emplace_back(names.c_str() + at);
    }
    return out;
}

void XenStore::write(const std::string& node, const std::string& value) {
    (void)ask(type_write, with_end(node) + value);
}

void XenStore::permit(const std::string& node, const std::vector<std::string>& permissions) {
    std::string payload = with_end(node);
    for (const std::string& one : permissions) payload += with_end(one);
    if (ask(type_set_permissions, payload)) return;
    throw Error(Code::not_found, "xenstored: there is no " + node);
}

// The token comes back with each event; there is one watch only.
void XenStore::watch(const std::string& node) {
    (void)ask(type_watch, with_end(node) + with_end("runphi"));
}

bool XenStore::changed() {
    pollfd one{socket_.get(), POLLIN, 0};
    // A guest may write faster than one reads.
    for (int left = events_max; left > 0 && ::poll(&one, 1, 0) > 0; --left) {
        take_event(receive_header(steady_clock::now() + patience_));
    }
    return std::exchange(changed_, false);
}

std::optional<std::string> XenStore::await(const std::string& node,
                                           std::chrono::milliseconds time) {
    const auto until = steady_clock::now() + time;
    watch(node);
    for (;;) {
        if (auto value = read(node); value && !value->empty()) return value;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
        pollfd one{socket_.get(), POLLIN, 0};
        if (left.count() <= 0) return std::nullopt;
        if (!changed_) (void)::poll(&one, 1, static_cast<int>(left.count()));
        (void)changed();
    }
}

std::optional<std::string> XenStore::ask(unsigned type, const std::string& payload) {
    const auto until = steady_clock::now() + patience_;
    const Header header{type, ++last_request_, 0, static_cast<std::uint32_t>(payload.size())};
    if (payload.size() > payload_max) {
        throw Error(Code::invalid, "xenstore takes no more than 4096 bytes at once");
    }
    std::string message(reinterpret_cast<const char*>(&header), sizeof header);
    message += payload;
    // Smaller than any socket's room: it goes whole, or nobody reads.
    const ssize_t put = ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) throw sdk::os_error("write to xenstored");
    if (put != static_cast<ssize_t>(message.size())) throw silence();

    Header answer = receive_header(until);
    for (; answer.type == type_event; answer = receive_header(until)) take_event(answer);
    if (answer.request != header.request) {
        throw Error(Code::io, "xenstored answers what is no answer");
    }
    std::string value = receive(answer.length, until);
    if (answer.type != type_error) return value;
    const std::string problem = first_text(value);
    if (problem == "ENOENT") return std::nullopt;
    throw Error(Code::hypervisor, "xenstored: " + first_text(payload) + ": " + problem);
}

XenStore::Header XenStore::receive_header(steady_clock::time_point until) {
    Header out{};
    const std::string bytes = receive(sizeof out, until);
    std::memcpy(&out, bytes.data(), sizeof out);
    if (out.length > payload_max) throw Error(Code::io, "xenstored answers what is no answer");
    return out;
}

void XenStore::take_event(const Header& header) {
    if (header.type != type_event) throw Error(Code::io, "xenstored answers what nobody asked");
    (void)receive(header.length, steady_clock::now() + patience_);
    changed_ = true;
}

std::string XenStore::receive(std::size_t length, steady_clock::time_point until) {
    std::string out(length, '\0');
    for (std::size_t have = 0; have < length;) {
        const ssize_t got = ::recv(socket_.get(), out.data() + have, length - have, 0);
        if (got > 0) have += static_cast<std::size_t>(got);
        if (got > 0 || (got < 0 && errno == EINTR)) continue;
        if (got == 0) throw Error(Code::io, "xenstored has hung up");
        if (errno != EAGAIN) throw sdk::os_error("read from xenstored");
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
        pollfd one{socket_.get(), POLLIN, 0};
        if (left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) == 0) {
            throw silence();
        }
    }
    return out;
}

}  // namespace runphi::xen
