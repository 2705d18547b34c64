// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/lookups.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace phi::monitor {

namespace {

using std::chrono::seconds;

// Resolvers ask again after 5 seconds, and a server that asks others may do so, too.
constexpr auto datagram_limit = seconds(15);
constexpr auto silence_limit = seconds(30);
constexpr std::size_t pending_max = 4096;
constexpr std::size_t fields_size = 6;  // number, server, transport

// RFC 1035, 4.1.1: TC, in the third byte of a message.
constexpr std::size_t flags_at = 2;
constexpr unsigned char truncated_flag = 0x02;

bool would_block() {
    return errno == EAGAIN || errno == EINTR;
}

}  // namespace

Lookups::Lookups(std::vector<std::string> servers, Link& guest, std::uint16_t port)
    : servers_(std::move(servers)), guest_(guest), port_(port) {}

void Lookups::take(std::string_view payload) {
    if (payload.size() < fields_size) return;
    const std::uint32_t number = u32_at(payload);
    const auto server = static_cast<std::uint8_t>(payload[4]);
    const bool datagram = payload[5] == RUNPHI_AGENT_LOOKUP_DATAGRAM;
    const std::string_view bytes = payload.substr(fields_size);
    const auto known = std::find_if(all_.begin(), all_.end(),
                                    [&](const Lookup& one) { return one.number == number; });
    if (known == all_.end()) {
        begin(number, server, datagram, bytes);
    } else if (!known->datagram && !hand_on(*known, bytes)) {
        answer(*known, {});
        all_.erase(known);
    }
}

void Lookups::begin(std::uint32_t number, std::uint8_t server, bool datagram,
                    std::string_view bytes) {
    if (bytes.empty() || server >= servers_.size() || all_.size() >= RUNPHI_AGENT_LOOKUPS_MAX)
        return;
    Lookup fresh;
    fresh.number = number;
    fresh.datagram = datagram;
    fresh.socket = connect_to(server, datagram);
    fresh.until = Deadline::in(datagram ? datagram_limit : silence_limit);
    if (fresh.socket && hand_on(fresh, bytes)) {
        all_.push_back(std::move(fresh));
    } else {
        answer(fresh, {});
    }
}

UniqueFd Lookups::connect_to(std::uint8_t server, bool datagram) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    if (::inet_pton(AF_INET, servers_[server].c_str(), &address.sin_addr) != 1) return {};
    const int type = datagram ? SOCK_DGRAM : SOCK_STREAM;
    UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return {};
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(fd.get(), to, sizeof address) != 0 && errno != EINPROGRESS) return {};
    return fd;
}

bool Lookups::hand_on(Lookup& lookup, std::string_view bytes) {
    if (lookup.datagram) {
        return ::send(lookup.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0;
    }
    lookup.ended = lookup.ended || bytes.empty();
    lookup.until = Deadline::in(silence_limit);
    lookup.pending += bytes;
    return lookup.pending.size() <= pending_max && write_pending(lookup);
}

// A connection that is not there yet takes nothing.
bool Lookups::write_pending(Lookup& lookup) {
    const ssize_t put =
        ::send(lookup.socket.get(), lookup.pending.data(), lookup.pending.size(), MSG_NOSIGNAL);
    if (put < 0) return would_block();
    lookup.pending.erase(0, static_cast<std::size_t>(put));
    if (lookup.ended && lookup.pending.empty()) ::shutdown(lookup.socket.get(), SHUT_WR);
    return true;
}

void Lookups::add_to(PollSet& set) {
    const bool room = guest_.has_room();
    for (Lookup& one : all_) {
        const int events = one.pending.empty() ? POLLIN : POLLIN | POLLOUT;
        one.slot = set.add(room ? one.socket.get() : -1, static_cast<short>(events));
    }
}

void Lookups::handle(const PollSet& set) {
    std::erase_if(all_, [&](Lookup& one) {
        const auto next = keep(one, set.at(one.slot));
        if (next == Next::end) answer(one, {});
        return next != Next::wait;
    });
}

Lookups::Next Lookups::keep(Lookup& lookup, short happened) {
    if (lookup.until.passed()) return Next::end;
    if ((happened & POLLOUT) != 0 && !write_pending(lookup)) return Next::end;
    if ((happened & (POLLIN | POLLHUP | POLLERR)) == 0 || !guest_.has_room()) return Next::wait;
    return lookup.datagram ? pass_datagram(lookup) : pass_bytes(lookup);
}

Lookups::Next Lookups::pass_datagram(const Lookup& lookup) {
    std::array<char, RUNPHI_AGENT_ANSWER_MAX> buffer;
    const ssize_t got = ::recv(lookup.socket.get(), buffer.data(), buffer.size(), MSG_TRUNC);
    if (got < 0 && would_block()) return Next::wait;
    if (got <= 0) return Next::end;
    const auto length = std::min(static_cast<std::size_t>(got), buffer.size());
    if (static_cast<std::size_t>(got) > length) {
        buffer[flags_at] = static_cast<char>(buffer[flags_at] | truncated_flag);
    }
    answer(lookup, {buffer.data(), length});
    return Next::done;
}

Lookups::Next Lookups::pass_bytes(Lookup& lookup) {
    std::array<char, RUNPHI_AGENT_ANSWER_MAX> buffer;
    const ssize_t got = ::recv(lookup.socket.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && would_block()) return Next::wait;
    if (got <= 0) return Next::end;
    lookup.until = Deadline::in(silence_limit);
    answer(lookup, {buffer.data(), static_cast<std::size_t>(got)});
    return Next::wait;
}

void Lookups::answer(const Lookup& lookup, std::string_view bytes) {
    guest_.send(session_frame(RUNPHI_AGENT_ANSWER, lookup.number, bytes));
}

Deadline Lookups::deadline() const {
    Deadline first = Deadline::never();
    for (const Lookup& one : all_) {
        if (one.until.remaining_ms() < first.remaining_ms()) first = one.until;
    }
    return first;
}

}  // namespace phi::monitor
