// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cstdint>
#include <string_view>

#include "core/base/error.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/exec_session.hpp"

// Any packets of a guest's, to whoever runs a process there or copies a file out of it. Beyond not
// crashing: it ends when they end, and writes no more than it was sent.
namespace {

using namespace phi;
using namespace phi::monitor;

void require(bool held) {
    if (!held) std::abort();
}

std::size_t size_of(int fd) {
    return static_cast<std::size_t>(::lseek(fd, 0, SEEK_END));
}

// A packet is a byte of length, times 16, and its bytes. What the socket does not hold is not sent.
void send_packets(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t length = std::size_t{static_cast<unsigned char>(bytes[0])} * 16;
        bytes.remove_prefix(1);
        const auto packet = bytes.substr(0, length);
        bytes.remove_prefix(packet.size());
        ::send(socket, packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    int ends[2];
    require(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    UniqueFd guest(ends[0]);
    const UniqueFd out(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const UniqueFd err(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    require(out && err);
    ExecSession session(UniqueFd(ends[1]), "description", {-1, out.get(), err.get(), -1}, {});
    send_packets(guest.get(), {reinterpret_cast<const char*>(data), size});
    guest.reset();
    try {
        session.await_start(Deadline::never());
        const int status = session.await_end();
        require(status >= 0 && status <= 255);
    } catch (const Error& error) {
        require(!error.message().empty());
    }
    require(size_of(out.get()) + size_of(err.get()) <= size);
    return 0;
}
