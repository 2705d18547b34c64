// SPDX-License-Identifier: Apache-2.0
#include "claim.hpp"

#include <fcntl.h>
#include <sys/file.h>

namespace runphi::jailhouse {

using sdk::UniqueFd;

namespace {

constexpr std::uint32_t permission =
    cell_flag::virtual_console_active | cell_flag::virtual_console_permitted;

// Held until the last process that has it is gone.
UniqueFd lock_file(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) throw sdk::os_error("open " + path);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
    if (errno != EWOULDBLOCK) throw sdk::os_error("lock " + path);
    return {};
}

}  // namespace

UniqueFd claim_console(const sdk::Host& host, Cell& cell, const std::vector<Cell>& others,
                       bool wanted) {
    if (!wanted) cell.flags &= ~permission;
    if ((cell.flags & permission) == 0) return {};
    std::string holder;
    for (const Cell& other : others) {
        if ((other.flags & permission) != 0) holder = "cell \"" + other.name + "\"";
    }
    UniqueFd claim = lock_file(std::string(host.cache_dir()) + "/.console.lock");
    if (claim && holder.empty()) return claim;
    cell.flags &= ~permission;
    host.warn("cell \"" + cell.name + "\" gets no console: the hypervisor has one, and " +
              (holder.empty() ? "another cell" : holder) + " has it");
    return {};
}

}  // namespace runphi::jailhouse
