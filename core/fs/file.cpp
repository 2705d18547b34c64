// SPDX-License-Identifier: Apache-2.0
#include "core/fs/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/rootfs.hpp"
#include "core/fs/status.hpp"

namespace phi {

namespace {

// Here a name is one entry of the directory, and what we build from it must stay there.
void require_name(const std::string& name) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
        throw Error(Code::internal, "not the name of a file: " + quoted(name));
    }
}

// Empty when there is none.
UniqueFd find_regular(int dir_fd, const std::string& name) {
    // O_NONBLOCK: a FIFO must not hold us before we have seen that it is one.
    UniqueFd file(::openat(dir_fd, name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) {
        if (errno == ENOENT) return {};
        throw os_error("open " + name);
    }
    const auto status = status_of(file.get(), name);
    if (!S_ISREG(status.st_mode)) {
        throw Error(Code::invalid,
                    name + ": is " + file_kind(status.st_mode) + " (a regular file is needed)");
    }
    return file;
}

void set_mode(int fd, unsigned mode, const std::string& what) {
    if (::fchmod(fd, mode) != 0) throw os_error("chmod " + what);
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
    return read_file_at(AT_FDCWD, path, limit);
}

std::string read_file_at(int dir_fd, const std::string& name, std::size_t limit) {
    const UniqueFd file = find_regular(dir_fd, name);
    if (!file) throw os_error("open " + name, ENOENT);
    return read_fd(file.get(), name, limit);
}

std::string read_file_if_there(int dir_fd, const std::string& name, std::size_t limit) {
    const UniqueFd file = find_regular(dir_fd, name);
    return file ? read_fd(file.get(), name, limit) : std::string();
}

std::string read_fd(int fd, const std::string& what, std::size_t limit) {
    const auto status = status_of(fd, what);
    const bool regular = S_ISREG(status.st_mode);
    // One byte more than there should be shows the end, and with it all, in the first read. Files
    // of /proc have no size.
    std::size_t room = regular && status.st_size > 0
                           ? std::min(static_cast<std::size_t>(status.st_size), limit) + 1
                           : 4096;
    std::string bytes;
    std::size_t length = 0;
    for (;;) {
        bytes.resize(length + room);
        // What is no regular file may have no offset: it is read from where it is.
        char* const to = bytes.data() + length;
        const auto got =
            regular ? ::pread(fd, to, room, static_cast<off_t>(length)) : ::read(fd, to, room);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw os_error("read " + what);
        length += static_cast<std::size_t>(got);
        if (length > limit) {
            throw Error(Code::invalid, what + ": larger than " + format_bytes(limit));
        }
        const bool all = regular && status.st_size == static_cast<off_t>(length);
        if (got == 0 || all) break;
        room = std::max<std::size_t>(4096, length);
    }
    bytes.resize(length);
    return bytes;
}

void write_all(int fd, std::string_view bytes, const std::string& what) {
    while (!bytes.empty()) {
        const auto put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw os_error(what);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

namespace {

// The temporary file, locked, so that two writers of one file take turns: a lock on a file that has
// meanwhile got its final name, or that has a second name, is not it.
UniqueFd claim_temporary(int dir_fd, const std::string& name) {
    for (;;) {
        UniqueFd file(::openat(dir_fd, name.c_str(),
                               O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
        if (!file) throw os_error("open " + name);
        while (::flock(file.get(), LOCK_EX) != 0) {
            if (errno != EINTR) throw os_error("lock " + name);
        }
        const auto ours = status_of(file.get(), name);
        struct stat named {};
        if (::fstatat(dir_fd, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) continue;
            throw os_error("stat " + name);
        }
        if (named.st_ino != ours.st_ino || named.st_dev != ours.st_dev) continue;
        if (S_ISREG(ours.st_mode) && ours.st_nlink == 1) return file;
        if (::unlinkat(dir_fd, name.c_str(), 0) != 0) throw os_error("remove " + name);
    }
}

}  // namespace

void write_atomic(int dir_fd, const std::string& name, std::string_view bytes, unsigned mode) {
    require_name(name);
    const std::string temporary = "." + name + ".tmp";
    const UniqueFd file = claim_temporary(dir_fd, temporary);
    if (::ftruncate(file.get(), 0) != 0) throw os_error("truncate " + temporary);
    set_mode(file.get(), mode, temporary);
    write_all(file.get(), bytes, "write " + temporary);
    // No fsync: what we keep does not outlive the boot, and a crash of ours loses no page.
    if (::renameat(dir_fd, temporary.c_str(), dir_fd, name.c_str()) != 0) {
        throw os_error("rename " + temporary + " to " + name);
    }
}

void write_new(int dir_fd, const std::string& name, std::string_view bytes, unsigned mode) {
    require_name(name);
    const UniqueFd file(
        ::openat(dir_fd, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) throw os_error("create " + name);
    try {
        set_mode(file.get(), mode, name);
        write_all(file.get(), bytes, "write " + name);
    } catch (const Error&) {
        ::unlinkat(dir_fd, name.c_str(), 0);
        throw;
    }
}

UniqueFd open_directory(const std::string& path) {
    return open_directory_at(AT_FDCWD, path);
}

UniqueFd open_directory_at(int dir_fd, const std::string& name) {
    UniqueFd dir(::openat(dir_fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!dir) throw os_error("open " + name);
    return dir;
}

UniqueFd make_directories(const std::string& absolute_path, unsigned mode) {
    if (absolute_path.empty() || absolute_path[0] != '/') {
        throw Error(Code::invalid, "mkdir " + quoted(absolute_path) + ": not an absolute path");
    }
    // Nearly always it is there already.
    UniqueFd dir(::open(absolute_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (dir) return dir;
    dir = open_directory("/");
    std::string path;
    for (const std::string_view part : split(absolute_path, '/')) {
        if (part.empty()) continue;
        const std::string name(part);
        path += "/" + name;
        const bool made = ::mkdirat(dir.get(), name.c_str(), mode) == 0;
        if (!made && errno != EEXIST) throw os_error("mkdir " + path);
        UniqueFd next(::openat(dir.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!next) throw os_error("mkdir " + path);
        // Whatever the umask of the engine is.
        if (made) set_mode(next.get(), mode, path);
        dir = std::move(next);
    }
    return dir;
}

UniqueFd memory_file(const char* name, std::string_view bytes) {
    UniqueFd file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) throw os_error(text("memfd_create ", name));
    write_all(file.get(), bytes, text("write memory file ", name));
    constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    if (::fcntl(file.get(), F_ADD_SEALS, seals) != 0) throw os_error(text("seal ", name));
    if (::lseek(file.get(), 0, SEEK_SET) != 0) throw os_error(text("seek ", name));
    return file;
}

}  // namespace phi
