// SPDX-License-Identifier: Apache-2.0
#include "core/boot/packer.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/fs/resolve.hpp"

namespace phi::boot {

namespace {

// Each level holds one descriptor. No image has as many, and no hostile one may use them all up.
constexpr unsigned max_depth = 512;
constexpr std::size_t dirent_buffer = 64U << 10;

UniqueFd reopen(int path_fd, int flags, const std::string& path) {
    UniqueFd fd(::open(text("/proc/self/fd/", path_fd).c_str(), flags | O_CLOEXEC));
    if (!fd) throw os_error("open " + quoted(path));
    return fd;
}

class Packer {
  public:
    Packer(const Tree& tree, CpioWriter& writer)
        : tree_(tree), writer_(writer), dirents_(std::make_unique<char[]>(dirent_buffer)) {}

    void run() {
        UniqueFd dir(::openat(tree_.rootfs().fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!dir) throw os_error("open " + tree_.rootfs().path());
        struct stat status {};
        if (::fstat(dir.get(), &status) != 0) throw os_error("stat " + tree_.rootfs().path());
        path_ = ".";
        writer_.add(entry_of(status));
        path_.clear();
        pack_directory(std::move(dir), &tree_.top());
        if (with_capabilities_ > 0) {
            log::info(text(with_capabilities_,
                           " files have file capabilities, which an initramfs "
                           "cannot carry; the first is ",
                           quoted(first_with_capabilities_)));
        }
    }

  private:
    CpioEntry entry_of(const struct stat& status) const {
        return {path_,         status.st_mode,  status.st_uid,
                status.st_gid, status.st_mtime, status.st_rdev};
    }

    [[noreturn]] void fail(const char* what) const {
        throw os_error(text(what, " ", quoted(path_)));
    }

    std::vector<std::string> names_in(int dir) {
        std::vector<std::string> names;
        for (;;) {
            const ssize_t n = ::getdents64(dir, dirents_.get(), dirent_buffer);
            if (n < 0) fail("read directory");
            if (n == 0) return names;
            for (ssize_t at = 0; at < n;) {
                const auto* entry = reinterpret_cast<const dirent64*>(dirents_.get() + at);
                const std::string_view name(entry->d_name);
                if (name != "." && name != "..") names.emplace_back(name);
                at += entry->d_reclen;
            }
        }
    }

    // `dir` is empty where only layers are.
    void pack_directory(UniqueFd dir, const Node* node) {
        if (++depth_ > max_depth) {
            throw Error(Code::unsupported,
                        text(quoted(path_, 64), ": directories nested deeper than ", max_depth));
        }
        std::vector<std::string> names;
        if (dir) names = names_in(dir.get());
        if (node != nullptr) {
            for (const auto& [name, child] : node->children) names.push_back(name);
        }
        std::sort(names.begin(), names.end());
        names.erase(std::unique(names.begin(), names.end()), names.end());
        const std::size_t length = path_.size();
        for (const auto& name : names) {
            if (length > 0) path_ += '/';
            path_ += name;
            pack_entry(dir.get(), name, node == nullptr ? nullptr : node->child(name));
            path_.resize(length);
        }
        --depth_;
    }

    void pack_entry(int dir, const std::string& name, const Node* node) {
        if (node != nullptr && node->layer.kind != Layer::Kind::none) return pack_layer(*node);
        struct stat status {};
        if (dir >= 0 && ::fstatat(dir, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
            return pack_found(dir, name, status, node);
        }
        if (dir >= 0 && errno != ENOENT) fail("stat");
        if (node == nullptr) return;  // gone since the directory was read
        CpioEntry entry;
        entry.path = path_;
        entry.mode = S_IFDIR | 0755;
        writer_.add(as_wished(entry, node));
        pack_directory(UniqueFd(), node);
    }

    // A directory that stays, under the mode and owner that its mount asks for.
    static CpioEntry as_wished(CpioEntry entry, const Node* node) {
        if (node == nullptr || node->layer.mode == 0) return entry;
        entry.mode = node->layer.mode;
        entry.uid = node->layer.uid;
        entry.gid = node->layer.gid;
        return entry;
    }

    void pack_layer(const Node& node) {
        const Layer& layer = node.layer;
        if (layer.kind != Layer::Kind::host) {
            writer_.add({path_, layer.mode, layer.uid, layer.gid, 0, layer.rdev}, layer.data);
            if (S_ISDIR(layer.mode)) pack_directory(UniqueFd(), &node);
            return;
        }
        struct stat status {};
        if (::fstat(layer.fd.get(), &status) != 0) fail("stat");
        if (S_ISDIR(status.st_mode)) {
            writer_.add(entry_of(status));
            pack_directory(reopen(layer.fd.get(), O_RDONLY | O_DIRECTORY, path_), &node);
        } else {
            pack_regular(status, [&] { return reopen(layer.fd.get(), O_RDONLY, path_); });
        }
    }

    void pack_found(int dir, const std::string& name, const struct stat& status, const Node* node) {
        switch (status.st_mode & S_IFMT) {
            case S_IFDIR: {
                UniqueFd fd = open_entry(dir, name, O_RDONLY | O_DIRECTORY);
                if (!fd && errno != EXDEV) fail("open");
                writer_.add(as_wished(entry_of(status), node));
                pack_directory(std::move(fd), node);
                break;
            }
            case S_IFREG:
                pack_regular(status, [&] {
                    UniqueFd fd = open_entry(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
                    if (!fd && errno != EXDEV) fail("open");
                    return fd;
                });
                break;
            case S_IFLNK:
                writer_.add(entry_of(status), read_link(dir, name.c_str()));
                break;
            case S_IFSOCK:
                break;
            default:
                writer_.add(entry_of(status));
                break;
        }
    }

    template <typename Open>
    void pack_regular(const struct stat& status, const Open& open) {
        const CpioEntry entry = entry_of(status);
        if (status.st_nlink > 1 && !writer_.begin_link({status.st_dev, status.st_ino}, entry)) {
            return;
        }
        if (status.st_size == 0) return writer_.add(entry);
        const UniqueFd fd = open();
        if (!fd) return writer_.add(entry);  // a mount point
        struct stat opened {};
        if (::fstat(fd.get(), &opened) != 0) fail("stat");
        if (!S_ISREG(opened.st_mode)) {
            throw Error(Code::busy, quoted(path_) + ": changes while it is being packed");
        }
        note_capabilities(fd.get(), opened.st_mode);
        writer_.add_file(entry, fd.get(), static_cast<std::uint64_t>(opened.st_size));
    }

    void note_capabilities(int fd, mode_t mode) {
        if ((mode & 0111) == 0 || ::fgetxattr(fd, "security.capability", nullptr, 0) <= 0) return;
        if (with_capabilities_++ == 0) first_with_capabilities_ = path_;
    }

    const Tree& tree_;
    CpioWriter& writer_;
    std::unique_ptr<char[]> dirents_;
    std::string path_;
    unsigned depth_ = 0;
    unsigned with_capabilities_ = 0;
    std::string first_with_capabilities_;
};

}  // namespace

void pack_tree(const Tree& tree, CpioWriter& writer) {
    Packer(tree, writer).run();
}

}  // namespace phi::boot
