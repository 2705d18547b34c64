// SPDX-License-Identifier: Apache-2.0
#include "xenstored.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <set>
#include <stdexcept>

namespace xen_test {

namespace {

// struct xsd_sockmsg of xen/io/xs_wire.h.
struct Header {
    std::uint32_t type, request, transaction, length;
};
constexpr std::uint32_t type_directory = 1, type_read = 2, type_watch = 4, type_write = 11,
                        type_event = 15, type_error = 16;

bool say(int socket, std::uint32_t type, std::uint32_t request, const std::string& value) {
    const Header header{type, request, 0, static_cast<std::uint32_t>(value.size())};
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    bytes += value;
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0;
}

bool receive(int socket, void* out, std::size_t size) {
    return ::recv(socket, out, size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

}  // namespace

Xenstored::Xenstored(const std::string& path)
    : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 8) != 0) {
        throw std::runtime_error("xenstored: " + path);
    }
    thread_ = std::thread([this] { serve(); });
}

Xenstored::~Xenstored() {
    ends_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
}

void Xenstored::serve() {
    while (!ends_) {
        const runphi::sdk::UniqueFd one(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (one) serve_one(one.get());
    }
}

void Xenstored::serve_one(int socket) {
    Header header{};
    watched_ = false;
    while (!ends_ && receive(socket, &header, sizeof header)) {
        std::string payload(header.length, '\0');
        if (!receive(socket, payload.data(), payload.size())) return;
        if (hangs_) continue;
        bool found = false;
        const std::string value = value_of(header.type, payload, found);
        // As the real one may: before the answer.
        if (watched_ && header.type == type_write) say(socket, type_event, 0, "node");
        if (!say(socket, found ? header.type : type_error, header.request, value)) return;
        if (header.type == type_read) set_later(socket, payload.c_str());
    }
}

void Xenstored::set_later(int socket, const std::string& node) {
    const auto later = later_.find(node);
    if (later == later_.end()) return;
    nodes_[node] = later->second;
    later_.erase(later);
    if (watched_) say(socket, type_event, 0, "node");
}

std::string Xenstored::value_of(unsigned type, const std::string& payload, bool& found) {
    const std::string node = payload.c_str();
    found = true;
    if (type == type_watch) {
        watched_ = true;
        return "OK";
    }
    if (type == type_write) {
        nodes_[node] = payload.substr(node.size() + 1);
        return "OK";
    }
    if (type != type_directory) {
        const auto at = nodes_.find(node);
        found = at != nodes_.end();
        return found ? at->second : std::string("ENOENT\0", 7);
    }
    std::set<std::string> names;
    for (const auto& [path, value] : nodes_) {
        if (path.rfind(node + "/", 0) != 0) continue;
        const std::string rest = path.substr(node.size() + 1);
        names.insert(rest.substr(0, rest.find('/')));
    }
    std::string out;
    for (const std::string& one : names) out += one + '\0';
    return out;
}

}  // namespace xen_test
