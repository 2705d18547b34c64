// SPDX-License-Identifier: Apache-2.0
#include "core/fs/rootfs.hpp"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi {

namespace {

UniqueFd open_in_root(int root, const std::string& path, std::uint64_t flags) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    int fd = -1;
    do {
        // EAGAIN: a rename raced with "..", and the kernel could not prove that we stayed inside.
        fd = static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
    } while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    return UniqueFd(fd);
}

}  // namespace

std::string file_kind(unsigned mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return "a regular file";
        case S_IFDIR:
            return "a directory";
        case S_IFLNK:
            return "a symbolic link";
        case S_IFIFO:
            return "a FIFO";
        case S_IFSOCK:
            return "a socket";
        case S_IFCHR:
            return "a character device";
        case S_IFBLK:
            return "a block device";
        default:
            return "a file of an unknown kind";
    }
}

RootfsPath::RootfsPath(std::string path) : path_(std::move(path)) {
    if (path_.empty()) throw Error(Code::invalid, "a path in the image must not be empty");
    if (path_.find('\0') != std::string::npos) {
        throw Error(Code::invalid, "path " + quoted(path_) + " contains a NUL byte");
    }
    if (path_.size() >= PATH_MAX) {
        throw Error(Code::invalid, phi::text("path ", quoted(path_, 64), " is longer than ",
                                             PATH_MAX - 1, " bytes"));
    }
}

Rootfs Rootfs::open(const std::string& absolute_path) {
    struct stat info {};
    if (::lstat(absolute_path.c_str(), &info) != 0) {
        throw os_error("invalid rootfs: stat " + absolute_path);
    }
    if (absolute_path.empty() || absolute_path[0] != '/' || S_ISLNK(info.st_mode)) {
        throw Error(Code::invalid, "invalid rootfs: not an absolute path, or a symlink");
    }
    if (!S_ISDIR(info.st_mode)) {
        throw Error(Code::invalid, "invalid rootfs: " + absolute_path + " is " +
                                       file_kind(info.st_mode) + ", not a directory");
    }
    UniqueFd dir(::open(absolute_path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!dir) throw os_error("invalid rootfs: open " + absolute_path);
    return {std::move(dir), absolute_path};
}

UniqueFd Rootfs::open_path(const RootfsPath& path, bool follow) const {
    UniqueFd fd = open_in_root(dir_.get(), path.text(),
                               O_PATH | static_cast<std::uint64_t>(follow ? 0 : O_NOFOLLOW));
    if (!fd) throw os_error("open " + path.text() + " in the image");
    return fd;
}

UniqueFd Rootfs::find_file(const RootfsPath& path) const {
    // First the name, without opening: opening a device or a FIFO may already do something.
    const UniqueFd found = open_in_root(dir_.get(), path.text(), O_PATH);
    if (!found) {
        if (errno == ENOENT || errno == ENOTDIR) return {};
        throw os_error("open " + path.text() + " in the image");
    }
    struct stat info {};
    if (::fstat(found.get(), &info) != 0) throw os_error("stat " + path.text() + " in the image");
    if (!S_ISREG(info.st_mode)) {
        throw Error(Code::invalid, path.text() + " in the image is " + file_kind(info.st_mode) +
                                       " (a regular file is needed)");
    }
    // Exactly this inode, whatever the name means by now.
    UniqueFd file(::open(text("/proc/self/fd/", found.get()).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw os_error("open " + path.text() + " in the image");
    return file;
}

UniqueFd Rootfs::open_file(const RootfsPath& path) const {
    UniqueFd file = find_file(path);
    if (!file) throw os_error("open " + path.text() + " in the image", ENOENT);
    return file;
}

}  // namespace phi
