// SPDX-License-Identifier: Apache-2.0
#include "core/fs/walk.hpp"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/text.hpp"

namespace phi {

namespace {

constexpr unsigned max_links = 40;  // as the kernel

UniqueFd failed(int number) {
    errno = number;
    return {};
}

UniqueFd open_path_at(int dir_fd, const std::string& name, int flags = 0) {
    return UniqueFd(::openat(dir_fd, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC | flags));
}

// A magic link jumps to an object, and its text is only a description. procfs has such links, and
// tells them apart by what it says of them: an ordinary one has the length of its text, or is
// "self" and "thread-self", whose texts begin with a pid; both are open to all. securityfs has one.
bool is_magic(int link_fd, const struct stat& link, std::string_view target) {
    struct statfs system {};
    if (::fstatfs(link_fd, &system) != 0) return true;
    if (system.f_type == SECURITYFS_MAGIC) return true;
    if (system.f_type != PROC_SUPER_MAGIC) return false;
    const bool whole = static_cast<std::size_t>(link.st_size) == target.size();
    const bool of_pid = !target.empty() && target[0] >= '0' && target[0] <= '9';
    return (link.st_mode & 0777) != 0777 || (!whole && !of_pid);
}

class Walk {
  public:
    enum class Links { refuse, follow, follow_but_last };

    Walk(UniqueFd root, const std::string& path, Links links) : links_(links) {
        way_.push_back(std::move(root));
        put_ahead(path);
    }

    // The end of the way as an O_PATH descriptor.
    UniqueFd run() {
        if (!way_.back()) return {};
        while (!ahead_.empty()) {
            const std::string name = std::move(ahead_.back());
            ahead_.pop_back();
            if (!step(name)) return {};
        }
        return std::move(way_.back());
    }

  private:
    // A path that ends in "/" or "/." must end at a directory: a last step, ".", stands for that.
    void put_ahead(std::string_view path) {
        const auto parts = split(path, '/');
        if (parts.back().empty() || parts.back() == ".") ahead_.emplace_back(".");
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            if (!part->empty() && *part != ".") ahead_.emplace_back(*part);
        }
    }

    // The parent is the descriptor that we came by, never what ".." means now: a directory that was
    // moved out of the tree while we are in it does not lead us out.
    bool step(const std::string& name) {
        if (name == ".") return true;
        if (name == "..") {
            if (way_.size() > 1) way_.pop_back();
            return true;
        }
        UniqueFd next = open_path_at(way_.back().get(), name);
        struct stat status {};
        if (!next || ::fstat(next.get(), &status) != 0) return false;
        const bool last = ahead_.empty();
        if (S_ISLNK(status.st_mode) && !(last && links_ == Links::follow_but_last)) {
            return follow(next.get(), status);
        }
        if (!last && !S_ISDIR(status.st_mode)) {
            errno = ENOTDIR;
            return false;
        }
        way_.push_back(std::move(next));
        return true;
    }

    bool follow(int link_fd, const struct stat& status) {
        char text[PATH_MAX];
        const auto length = ::readlinkat(link_fd, "", text, sizeof text);
        if (length < 0) return false;
        const std::string_view target(text, static_cast<std::size_t>(length));
        if (links_ == Links::refuse || ++followed_ > max_links ||
            is_magic(link_fd, status, target)) {
            errno = ELOOP;
            return false;
        }
        if (target.starts_with('/')) way_.resize(1);
        put_ahead(target);
        return true;
    }

    const Links links_;
    std::vector<UniqueFd> way_;       // from the root down to where we are: directories
    std::vector<std::string> ahead_;  // the next component is the last of these
    unsigned followed_ = 0;
};

// Two mounts of one file system have the same device number; only this tells them apart.
std::optional<std::uint64_t> mount_of(int fd) {
    char name[40];
    std::snprintf(name, sizeof name, "/proc/self/fdinfo/%d", fd);
    const UniqueFd file(::open(name, O_RDONLY | O_CLOEXEC));
    if (!file) return std::nullopt;
    char info[512];
    const auto got = ::read(file.get(), info, sizeof info);
    if (got < 0) return std::nullopt;
    for (std::string_view line : split({info, static_cast<std::size_t>(got)}, '\n')) {
        constexpr std::string_view field = "mnt_id:\t";
        if (!line.starts_with(field)) continue;
        return parse_u64(line.substr(field.size()));
    }
    errno = ENOSYS;
    return std::nullopt;
}

}  // namespace

UniqueFd walk_in_root(int root_fd, const std::string& path, bool follow) {
    if (path.empty()) return failed(ENOENT);
    return Walk(open_path_at(root_fd, ".", O_DIRECTORY), path,
                follow ? Walk::Links::follow : Walk::Links::follow_but_last)
        .run();
}

UniqueFd walk_without_links(const std::string& absolute_path) {
    const UniqueFd end =
        Walk(open_path_at(AT_FDCWD, "/", O_DIRECTORY), absolute_path, Walk::Links::refuse).run();
    if (!end) return {};
    return UniqueFd(::openat(end.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

UniqueFd open_on_mount(int dir_fd, const std::string& name, int flags) {
    UniqueFd entry(::openat(dir_fd, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    if (!entry) return {};
    const auto outside = mount_of(dir_fd);
    const auto inside = outside ? mount_of(entry.get()) : std::nullopt;
    if (!inside) return failed(errno);
    if (*inside != *outside) return failed(EXDEV);
    return entry;
}

}  // namespace phi
