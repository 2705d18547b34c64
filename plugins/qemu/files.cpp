// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace runphi::qemu {

using sdk::UniqueFd;

std::string arguments_file(const std::string& id) {
    return id + ".args";
}

namespace {

// Reads until `most` bytes or the end; false on an error.
bool read_up_to(int fd, std::uint64_t offset, std::size_t most, std::string& out) {
    out.resize(most);
    std::size_t have = 0;
    while (have < most) {
        const ssize_t n =
            ::pread(fd, out.data() + have, most - have, static_cast<off_t>(offset + have));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        if (n == 0) break;
        have += static_cast<std::size_t>(n);
    }
    out.resize(have);
    return true;
}

}  // namespace

std::string read_tail_at(int dir_fd, const char* name, std::size_t most) {
    const UniqueFd fd(::openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
    const auto size = static_cast<std::uint64_t>(info.st_size);
    auto begin = static_cast<off_t>(size > most ? size - most : 0);
    // A log may begin behind a hole (create.cpp).
    const off_t data = ::lseek(fd.get(), begin, SEEK_DATA);
    if (data > begin) begin = data;
    std::string out;
    if (!read_up_to(fd.get(), static_cast<std::uint64_t>(begin), most, out)) return {};
    return out;
}

std::string read_small(const std::string& path, std::size_t most) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::string out;
    if (!fd) return out;
    // Not pread: /proc files may be shorter than a page at a time.
    char buffer[4096];
    while (out.size() < most) {
        const ssize_t n = ::read(fd.get(), buffer, std::min(sizeof buffer, most - out.size()));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        out.append(buffer, static_cast<std::size_t>(n));
    }
    return out;
}

std::string read_at(int fd, std::uint64_t offset, std::size_t length, const std::string& what) {
    std::string out;
    if (!read_up_to(fd, offset, length, out)) throw sdk::os_error("read " + what);
    return out;
}

void write_all(int fd, std::string_view bytes, const std::string& what) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw sdk::os_error("write " + what);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

UniqueFd create_file_at(int dir_fd, const char* name, bool append) {
    const int kind = append ? O_APPEND : O_APPEND | O_TRUNC;
    UniqueFd fd(::openat(dir_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | kind, 0600));
    if (!fd) throw sdk::os_error(std::string("create ") + name);
    return fd;
}

void remove_at(int dir_fd, const char* name) {
    if (::unlinkat(dir_fd, name, 0) != 0 && errno != ENOENT) {
        throw sdk::os_error(std::string("remove ") + name);
    }
}

bool exists_at(int dir_fd, const char* name) {
    struct stat info {};
    return ::fstatat(dir_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

UniqueFd sealed_memory(const char* name, std::string_view bytes) {
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd) throw sdk::os_error("memfd_create");
    write_all(fd.get(), bytes, name);
    constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (::fcntl(fd.get(), F_ADD_SEALS, seals) != 0) throw sdk::os_error("seal a memfd");
    return fd;
}

}  // namespace runphi::qemu
