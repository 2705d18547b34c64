// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/console.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>

#include <cstring>

#include "core/base/error.hpp"
#include "core/base/send_fd.hpp"
#include "core/base/text.hpp"

namespace phi::monitor {

Pty open_pty(unsigned rows, unsigned columns) {
    Pty pty;
    pty.master.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!pty.master) throw os_error("open /dev/ptmx");
    char name[128];
    if (::grantpt(pty.master.get()) != 0 || ::unlockpt(pty.master.get()) != 0 ||
        ::ptsname_r(pty.master.get(), name, sizeof name) != 0) {
        throw os_error("unlock a pty");
    }
    pty.name = name;
    // By the master, not by name: /dev/pts may be another instance here.
    pty.slave.reset(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!pty.slave) throw os_error("open " + pty.name);
    termios mode{};
    if (::tcgetattr(pty.slave.get(), &mode) != 0) throw os_error("tcgetattr " + pty.name);
    ::cfmakeraw(&mode);
    if (::tcsetattr(pty.slave.get(), TCSANOW, &mode) != 0) throw os_error("tcsetattr " + pty.name);
    if (rows != 0 && columns != 0) {
        winsize size{};
        size.ws_row = static_cast<unsigned short>(rows);
        size.ws_col = static_cast<unsigned short>(columns);
        ::ioctl(pty.slave.get(), TIOCSWINSZ, &size);
    }
    return pty;
}

UniqueFd connect_console_socket(const std::string& path) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) throw os_error("socket");
    // The directory's descriptor keeps the address short, however long the path is.
    const auto slash = path.rfind('/');
    const std::string dir = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const UniqueFd parent(::open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent) throw os_error("dial unix " + path);
    const std::string shortened = text("/proc/self/fd/", parent.get(), "/", path.substr(slash + 1));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (shortened.size() >= sizeof address.sun_path) {
        throw os_error("dial unix " + path, ENAMETOOLONG);
    }
    std::memcpy(address.sun_path, shortened.c_str(), shortened.size() + 1);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw os_error("dial unix " + path);
    }
    return socket;
}

void hand_over(int socket, Pty& pty) {
    ::ioctl(pty.slave.get(), TIOCSCTTY, 0);
    send_fd(socket, pty.name, pty.master.get(), "send the terminal to the console socket");
    pty.master.reset();
}

UniqueFd receive_terminal(int socket) {
    char name[4096];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
    iovec part{name, sizeof name};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    if (::recvmsg(socket, &header, MSG_CMSG_CLOEXEC) <= 0) {
        throw os_error("receive the terminal");
    }
    const cmsghdr* rights = CMSG_FIRSTHDR(&header);
    if (rights == nullptr || rights->cmsg_type != SCM_RIGHTS) {
        throw Error(Code::internal, "the monitor sent no terminal");
    }
    int master = -1;
    std::memcpy(&master, CMSG_DATA(rights), sizeof master);
    return UniqueFd(master);
}

}  // namespace phi::monitor
