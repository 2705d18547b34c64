// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

namespace phi {

// A path that somebody we do not trust has chosen (an image, a bundle). It is not a string that
// open(2) takes: only Rootfs below can resolve it.
class RootfsPath {
  public:
    // Throws Error(invalid) for an empty path, one with a NUL, or one longer than PATH_MAX.
    explicit RootfsPath(std::string path);
    const std::string& text() const noexcept { return path_; }

  private:
    std::string path_;
};

enum class Access { read, write };

// A directory tree that nobody trusts. Everything is resolved inside it (core/fs/resolve.hpp):
// absolute links and ".." stay inside, and no magic link is followed.
class Rootfs {
  public:
    // Throws runc's words: "invalid rootfs: stat PATH: no such file or directory", "invalid rootfs:
    // not an absolute path, or a symlink", and "... not a directory".
    static Rootfs open(const std::string& absolute_path);

    int fd() const noexcept { return dir_.get(); }
    const std::string& path() const noexcept { return path_; }

    // A regular file, to be read. Throws Error naming the path in the image: not found, or "is a
    // FIFO (a regular file is needed)", and so on. Never blocks on a FIFO or device.
    UniqueFd open_file(const RootfsPath& path) const;
    // The same, but an empty UniqueFd when it does not exist. Access::write: to be read and
    // written.
    UniqueFd find_file(const RootfsPath& path, Access access = Access::read) const;
    // Any directory entry as O_PATH, the last component followed or not.
    UniqueFd open_path(const RootfsPath& path, bool follow) const;

  private:
    Rootfs(UniqueFd dir, std::string path) : dir_(std::move(dir)), path_(std::move(path)) {}
    UniqueFd dir_;
    std::string path_;
};

// "a regular file", "a directory", "a symbolic link", "a FIFO", "a socket", "a character device",
// "a block device": for messages.
std::string file_kind(unsigned mode);

}  // namespace phi
