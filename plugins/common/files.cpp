// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <runphi/sdk.hpp>

namespace runphi::common {

std::string read_file(const std::string& path, std::size_t most) {
    const sdk::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) throw sdk::os_error("open " + path);
    std::string bytes;
    while (bytes.size() < most) {
        char part[16384];
        const ssize_t got = ::read(fd.get(), part, std::min(sizeof part, most - bytes.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw sdk::os_error("read " + path);
        if (got == 0) break;
        bytes.append(part, static_cast<std::size_t>(got));
    }
    return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
    const sdk::UniqueFd fd(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) throw sdk::os_error("create " + path);
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd.get(), bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw sdk::os_error("write " + path);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

}  // namespace runphi::common
