// SPDX-License-Identifier: Apache-2.0
#include "detect/hints.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/fs/rootfs.hpp"

namespace phi::detect {

namespace {

constexpr std::size_t read_limit = 64U << 10;

bool exists(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0;
}

// Up to read_limit bytes of it.
std::string read_some(int fd) {
    std::string bytes(read_limit, '\0');
    std::size_t length = 0;
    while (length < bytes.size()) {
        const ssize_t got = ::read(fd, bytes.data() + length, bytes.size() - length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        length += static_cast<std::size_t>(got);
    }
    bytes.resize(length);
    return bytes;
}

Finding weigh_content(const std::string& path, const std::string& wanted) {
    // First only the name, so that opening it cannot wake a device or wait for a FIFO's writer.
    const UniqueFd name(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat found {};
    if (!name || ::fstat(name.get(), &found) != 0) return {false, path + ": " + errno_text(errno)};
    if (!S_ISREG(found.st_mode)) return {false, path + " is " + file_kind(found.st_mode)};
    const UniqueFd file(
        ::open(text("/proc/self/fd/", name.get()).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file) return {false, path + ": " + errno_text(errno)};
    const bool has = read_some(file.get()).find(wanted) != std::string::npos;
    return {has, path + (has ? " contains " : " does not contain ") + quoted(wanted)};
}

}  // namespace

Finding weigh(const Hint& hint) {
    switch (hint.kind) {
        case Hint::Kind::exists: {
            const bool there = exists(hint.paths.at(0));
            return {there, hint.paths.at(0) + (there ? " exists" : " does not exist")};
        }
        case Hint::Kind::contains:
            return weigh_content(hint.paths.at(0), hint.contains);
        case Hint::Kind::any_exists:
            for (const std::string& path : hint.paths) {
                if (exists(path)) return {true, path + " exists"};
            }
            return {false, "none of " + join(hint.paths, ", ") + " exists"};
    }
    throw Error(Code::internal, "hint of an unknown kind");
}

}  // namespace phi::detect
