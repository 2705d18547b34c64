// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace runphi::xen {

using sdk::UniqueFd;

namespace {

// False on an error.
bool read_up_to(int fd, std::size_t most, std::string& out) {
    while (out.size() < most) {
        char part[4096];
        const ssize_t got = ::read(fd, part, std::min(sizeof part, most - out.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        out.append(part, static_cast<std::size_t>(got));
    }
    return true;
}

}  // namespace

std::optional<std::string> read_if_there(const std::string& path, std::size_t most) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    std::string out;
    if (!fd || !read_up_to(fd.get(), most, out)) return std::nullopt;
    return out;
}

std::optional<std::string> read_tail_at(int dir_fd, const char* name, std::size_t most) {
    const UniqueFd fd(::openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size > most) ::lseek(fd.get(), static_cast<off_t>(size - most), SEEK_SET);
    std::string out;
    if (!read_up_to(fd.get(), most, out)) return std::nullopt;
    return out;
}

UniqueFd create_at(int dir_fd, const std::string& name) {
    UniqueFd fd(::openat(dir_fd, name.c_str(),
                         O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) throw sdk::os_error("create " + name);
    return fd;
}

void write_all(int fd, std::string_view bytes, const std::string& what) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw sdk::os_error("write " + what);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

void write_whole_at(int dir_fd, const std::string& name, std::string_view bytes) {
    const std::string fresh = "." + name;
    write_all(create_at(dir_fd, fresh).get(), bytes, fresh);
    if (::renameat(dir_fd, fresh.c_str(), dir_fd, name.c_str()) != 0) {
        throw sdk::os_error("rename " + fresh);
    }
}

void copy_all(int to, int from, std::uint64_t size, const std::string& what) {
    off_t at = 0;
    while (static_cast<std::uint64_t>(at) < size) {
        const ssize_t put = ::sendfile(to, from, &at, size - static_cast<std::uint64_t>(at));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw sdk::os_error("copy " + what);
        if (put == 0) {
            throw sdk::Error(sdk::Code::io, what + ": its file became shorter while it was copied");
        }
    }
}

void remove_at(int dir_fd, const std::string& name) {
    if (::unlinkat(dir_fd, name.c_str(), 0) != 0 && errno != ENOENT) {
        throw sdk::os_error("remove " + name);
    }
}

UniqueFd memory_file(const char* name, std::string_view bytes) {
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC));
    if (!fd) throw sdk::os_error("memfd_create");
    write_all(fd.get(), bytes, name);
    if (::lseek(fd.get(), 0, SEEK_SET) != 0) throw sdk::os_error("lseek");
    return fd;
}

}  // namespace runphi::xen
