// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/fs/resolve.hpp"
#include "core/fs/status.hpp"

namespace phi {

namespace {

struct Identity {
    dev_t device;
    ino_t inode;
    bool operator==(const Identity&) const = default;
};

// A directory that we went down from.
struct Level {
    Identity parent;
    std::string name;  // of what we entered
};

Identity identity(int fd, const std::string& path) {
    const auto status = status_of(fd, path);
    return {status.st_dev, status.st_ino};
}

UniqueFd enter(int dir_fd, const std::string& name, const std::string& path) {
    UniqueFd dir = open_entry(dir_fd, name, O_RDONLY | O_DIRECTORY);
    if (!dir && errno == EXDEV) {
        throw Error(Code::busy, "remove " + path + ": a file system is mounted there",
                    "unmount it first");
    }
    if (!dir) throw os_error("remove " + path);
    return dir;
}

// True when it is gone; false when it is a directory.
bool unlink_file(int dir_fd, const std::string& name, const std::string& path) {
    if (::unlinkat(dir_fd, name.c_str(), 0) == 0 || errno == ENOENT) return true;
    const int number = errno;
    struct stat status {};
    if (::fstatat(dir_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISDIR(status.st_mode)) {
        return false;
    }
    throw os_error("remove " + path, number);
}

void remove_directory(int dir_fd, const std::string& name, const std::string& path) {
    if (::unlinkat(dir_fd, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
        throw os_error("remove " + path);
    }
}

// Removes the files of a directory up to the first directory in it, whose name it returns.
std::optional<std::string> unlink_files(int dir_fd, const std::string& path) {
    UniqueFd again(::openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!again) throw os_error("open " + path);
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(again.get()), ::closedir);
    if (!entries) throw os_error("open " + path);
    again.release();
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(entries.get());
        if (entry == nullptr) {
            if (errno != 0) throw os_error("read " + path);
            return std::nullopt;
        }
        const std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (!unlink_file(dir_fd, name, text(path, '/', name))) return name;
    }
}

}  // namespace

// Neither recursion nor a descriptor a level: a guest may have made the tree a million levels deep.
void remove_tree_at(int dir_fd, const std::string& name) {
    if (unlink_file(dir_fd, name, name)) return;
    std::string path = name;
    UniqueFd current = enter(dir_fd, name, path);
    std::vector<Level> above;
    for (;;) {
        if (const auto below = unlink_files(current.get(), path)) {
            above.push_back({identity(current.get(), path), *below});
            path += "/" + *below;
            current = enter(current.get(), *below, path);
            continue;
        }
        if (above.empty()) return remove_directory(dir_fd, name, path);
        const Level level = above.back();
        above.pop_back();
        UniqueFd parent = enter(current.get(), "..", path);
        // Somebody who moves a directory while we are in it must not lead us out of the tree.
        if (identity(parent.get(), path) != level.parent) {
            throw Error(Code::busy, "remove " + path + ": moved while it was being removed");
        }
        remove_directory(parent.get(), level.name, path);
        path.resize(path.size() - level.name.size() - 1);
        current = std::move(parent);
    }
}

}  // namespace phi
