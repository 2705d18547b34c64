// SPDX-License-Identifier: Apache-2.0
#include "core/fs/rootfs.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/resolve.hpp"

namespace phi {

namespace {

[[noreturn]] void refuse_link() {
    throw Error(Code::invalid, "invalid rootfs: not an absolute path, or a symlink");
}

// The path without ".", ".." and doubled slashes, by its text alone, as Go's filepath.Clean does.
std::string cleaned(std::string_view absolute) {
    std::vector<std::string> parts;
    for (const std::string_view part : split(absolute, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.emplace_back(part);
        } else if (!parts.empty()) {
            parts.pop_back();
        }
    }
    return "/" + join(parts, "/");
}

std::string in_image(const RootfsPath& path) {
    return quoted(path.text()) + " in the rootfs";
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
    if (path_.empty()) throw Error(Code::invalid, "an empty path in the rootfs");
    if (path_.find('\0') != std::string::npos) {
        throw Error(Code::invalid, "path " + quoted(path_) + ": holds a NUL byte");
    }
    if (path_.size() >= PATH_MAX) {
        throw Error(Code::invalid,
                    "path " + quoted(path_) + phi::text(": longer than ", PATH_MAX - 1, " bytes"));
    }
}

Rootfs Rootfs::open(const std::string& absolute_path) {
    struct stat status {};
    if (::stat(absolute_path.c_str(), &status) != 0) {
        throw os_error("invalid rootfs: stat " + absolute_path);
    }
    if (absolute_path[0] != '/') refuse_link();
    const std::string path = cleaned(absolute_path);
    UniqueFd dir = open_directory_without_links(path);
    if (!dir) {
        if (errno == ELOOP) refuse_link();
        throw os_error("invalid rootfs: open " + path);
    }
    return Rootfs(std::move(dir), path);
}

UniqueFd Rootfs::open_path(const RootfsPath& path, bool follow) const {
    UniqueFd entry = open_in_root(dir_.get(), path.text(), follow);
    if (!entry) throw os_error("open " + in_image(path));
    return entry;
}

UniqueFd Rootfs::find_file(const RootfsPath& path, Access access) const {
    // First without opening it: to open a FIFO can block, to open a device can start something.
    const UniqueFd entry = open_in_root(dir_.get(), path.text(), true);
    if (!entry) {
        if (errno == ENOENT || errno == ENOTDIR) return {};
        throw os_error("open " + in_image(path));
    }
    struct stat status {};
    if (::fstat(entry.get(), &status) != 0) throw os_error("stat " + in_image(path));
    if (!S_ISREG(status.st_mode)) {
        throw Error(Code::invalid, in_image(path) + ": is " + file_kind(status.st_mode) +
                                       " (a regular file is needed)");
    }
    const bool writing = access == Access::write;
    UniqueFd file = writing ? reopen_for_writing(entry.get()) : reopen_for_reading(entry.get());
    if (!file) throw os_error((writing ? "open for writing " : "open ") + in_image(path));
    return file;
}

UniqueFd Rootfs::open_file(const RootfsPath& path) const {
    UniqueFd file = find_file(path);
    if (!file) throw os_error("open " + in_image(path), ENOENT);
    return file;
}

}  // namespace phi
