// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/fs/file.hpp"
#include "core/monitor/exchange.hpp"

// Any bytes from a guest, into the monitor's frame reader and the exchange behind it, with two
// clients in a session. Beyond not crashing: what reaches a client is a packet that the guest's
// side may send.
namespace {

using namespace phi;
using namespace phi::monitor;

void require(bool held) {
    if (!held) std::abort();
}

const UniqueFd& directory() {
    static char name[] = "/tmp/agent-fuzz-XXXXXX";
    static const UniqueFd dir = open_directory(::mkdtemp(name));
    return dir;
}

void turn(Exchange& exchange, Link& guest) {
    PollSet set;
    guest.add_to(set, true);
    exchange.add_to(set);
    set.wait(0);
    guest.handle(set);
    exchange.handle(set);
}

void drain(Connection& client) {
    Packet packet;
    for (int most = 0; most < 4096; ++most) {
        if (client.receive(packet) != Connection::Got::packet) return;
        require(packet.fields.size() <= RUNPHI_AGENT_PAYLOAD_MAX - sizeof(std::uint32_t));
        require(packet.type == RUNPHI_AGENT_DATA || packet.type == RUNPHI_AGENT_CREDIT ||
                (packet.type >= RUNPHI_AGENT_STARTED && packet.type <= RUNPHI_AGENT_STATISTICS));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    int ends[2];
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const UniqueFd guest_end(ends[0]);
    Exchange exchange;
    Link guest(
        [&](std::uint8_t type, std::string_view payload) { exchange.from_guest(type, payload); });
    guest.open(UniqueFd(ends[1]));
    exchange.listen(directory().get());
    exchange.open(&guest);
    std::array<Connection, 2> clients{Connection(connect_control(directory().get())),
                                      Connection(connect_control(directory().get()))};
    for (auto& client : clients) client.send(RUNPHI_AGENT_OPEN, std::string_view("\1\0\0\0", 4));
    for (int i = 0; i < 4; ++i) turn(exchange, guest);
    for (std::size_t at = 0; at < size;) {
        const std::size_t part = std::min<std::size_t>(size - at, 1U << 14);
        require(::send(guest_end.get(), data + at, part, MSG_NOSIGNAL) ==
                static_cast<ssize_t>(part));
        at += part;
        for (int i = 0; i < 6; ++i) turn(exchange, guest);
        for (auto& client : clients) drain(client);
    }
    return 0;
}
