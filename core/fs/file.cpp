// SPDX-License-Identifier: Apache-2.0
#include "core/fs/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi {

namespace {

// Empty when it cannot be opened. O_NONBLOCK: a FIFO that somebody put there must not hold us up.
UniqueFd open_for_reading(int dir_fd, const std::string& name) {
    return UniqueFd(::openat(dir_fd, name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

std::string read_fd(int fd, const std::string& what, std::size_t limit) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) throw os_error("stat " + what);
    std::string bytes;
    // Files of /proc say 0; others their size, which saves reading twice.
    std::size_t room = info.st_size > 0 ? static_cast<std::size_t>(info.st_size) + 1 : 4096;
    for (;;) {
        const std::size_t had = bytes.size();
        if (had > limit) {
            throw Error(Code::invalid, text(what, ": larger than ", format_bytes(limit)));
        }
        bytes.resize(had + std::min(room, limit + 1 - had));
        const ssize_t got =
            ::pread(fd, bytes.data() + had, bytes.size() - had, static_cast<off_t>(had));
        if (got < 0 && errno != EINTR) throw os_error("read " + what);
        bytes.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0) return bytes;
        room = 65536;
    }
}

std::string read_file_at(int dir_fd, const std::string& name, std::size_t limit) {
    const UniqueFd fd = open_for_reading(dir_fd, name);
    if (!fd) throw os_error("open " + name);
    return read_fd(fd.get(), name, limit);
}

std::string read_file_if_there(int dir_fd, const std::string& name, std::size_t limit) {
    const UniqueFd fd = open_for_reading(dir_fd, name);
    if (!fd && errno == ENOENT) return {};
    if (!fd) throw os_error("open " + name);
    return read_fd(fd.get(), name, limit);
}

std::string read_file(const std::string& path, std::size_t limit) {
    return read_file_at(AT_FDCWD, path, limit);
}

void write_all(int fd, std::string_view bytes, const std::string& what) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0) {
            if (errno == EINTR) continue;
            throw os_error(what);
        }
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

void write_atomic(int dir_fd, const std::string& name, std::string_view bytes, unsigned mode) {
    const std::string temporary = "." + name + ".tmp";
    const UniqueFd fd(::openat(dir_fd, temporary.c_str(),
                               O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd) throw os_error("create " + temporary);
    write_all(fd.get(), bytes, "write " + temporary);
    if (::renameat(dir_fd, temporary.c_str(), dir_fd, name.c_str()) != 0) {
        const int number = errno;
        ::unlinkat(dir_fd, temporary.c_str(), 0);
        throw os_error("rename " + temporary + " to " + name, number);
    }
}

void write_new(int dir_fd, const std::string& name, std::string_view bytes, unsigned mode) {
    const UniqueFd fd(
        ::openat(dir_fd, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd) throw os_error("create " + name);
    write_all(fd.get(), bytes, "write " + name);
}

UniqueFd open_directory_at(int dir_fd, const std::string& name) {
    UniqueFd fd(::openat(dir_fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) throw os_error("open " + name);
    return fd;
}

UniqueFd open_directory(const std::string& path) {
    return open_directory_at(AT_FDCWD, path);
}

UniqueFd make_directories(const std::string& absolute_path, unsigned mode) {
    // Nearly always it is there already.
    if (UniqueFd there(::open(absolute_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); there) {
        return there;
    }
    for (std::size_t slash = absolute_path.find('/', 1);;
         slash = absolute_path.find('/', slash + 1)) {
        const std::string path = absolute_path.substr(0, slash);
        if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) throw os_error("mkdir " + path);
        if (slash == std::string::npos) return open_directory(absolute_path);
    }
}

namespace {

// Removes what is in a directory that we hold open, on this device only.
void empty_directory(UniqueFd dir, dev_t device, const std::string& path) {
    const int fd = dir.get();
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(fd), ::closedir);
    if (!entries) throw os_error("open " + path);
    [[maybe_unused]] const int owned_by_entries = dir.release();
    while (const dirent* entry = ::readdir(entries.get())) {
        const std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (::unlinkat(fd, name.c_str(), 0) == 0 || errno == ENOENT) continue;
        if (errno != EISDIR && errno != EPERM) throw os_error("remove " + path + "/" + name);
        UniqueFd child(::openat(fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!child) throw os_error("remove " + path + "/" + name);
        struct stat info {};
        if (::fstat(child.get(), &info) != 0) throw os_error("stat " + path + "/" + name);
        if (info.st_dev != device) {
            throw Error(Code::busy, path + "/" + name + " is a mount point: not removed",
                        "unmount it first");
        }
        empty_directory(std::move(child), device, path + "/" + name);
        if (::unlinkat(fd, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
            throw os_error("remove " + path + "/" + name);
        }
    }
}

}  // namespace

void remove_tree_at(int dir_fd, const std::string& name) {
    if (::unlinkat(dir_fd, name.c_str(), 0) == 0 || errno == ENOENT) return;
    if (errno != EISDIR && errno != EPERM) throw os_error("remove " + name);
    UniqueFd dir(::openat(dir_fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!dir) throw os_error("remove " + name);
    struct stat info {};
    if (::fstat(dir.get(), &info) != 0) throw os_error("stat " + name);
    empty_directory(std::move(dir), info.st_dev, name);
    if (::unlinkat(dir_fd, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
        throw os_error("remove " + name);
    }
}

UniqueFd memory_file(const char* name, std::string_view bytes) {
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd) throw os_error(text("memfd_create ", name));
    write_all(fd.get(), bytes, text("write memory file ", name));
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    if (::fcntl(fd.get(), F_ADD_SEALS, seals) != 0) throw os_error(text("seal memory file ", name));
    return fd;
}

}  // namespace phi
