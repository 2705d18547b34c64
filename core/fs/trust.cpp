// SPDX-License-Identifier: Apache-2.0
#include "core/fs/trust.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <deque>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/resolve.hpp"
#include "core/fs/rootfs.hpp"
#include "core/fs/status.hpp"

namespace phi {

namespace {

void check(const struct stat& status, const std::string& path) {
    if (status.st_uid != 0) {
        throw Error(Code::denied, text(path, ": belongs to user ", status.st_uid, ", not to root"),
                    "chown root " + path);
    }
    const bool link = S_ISLNK(status.st_mode);  // its mode means nothing
    const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !link && !sticky) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", status.st_mode & 07777);
        throw Error(Code::denied,
                    text(path, ": others than root may write it (its mode is ", mode, ")"),
                    "chmod go-w " + path);
    }
}

std::string read_link(int link_fd, const std::string& path) {
    char target[PATH_MAX];
    const auto length = ::readlinkat(link_fd, "", target, sizeof target);
    if (length < 0) throw os_error("readlink " + path);
    return {target, static_cast<std::size_t>(length)};
}

// Goes the way one entry at a time, so that every directory and link on it is checked, and what is
// reached is what was checked.
class TrustedWalk {
  public:
    explicit TrustedWalk(const std::string& absolute_path) : wanted_(absolute_path) {
        if (wanted_.empty() || wanted_[0] != '/') {
            throw Error(Code::invalid, quoted(wanted_) + ": not an absolute path");
        }
        restart();
        put_ahead(wanted_);
    }

    // The end of the way as an O_PATH descriptor.
    UniqueFd run() {
        while (!ahead_.empty()) {
            const std::string name = std::move(ahead_.front());
            ahead_.pop_front();
            step(name);
        }
        return std::move(at_);
    }

    std::string where() const { return "/" + join(names_, "/"); }

  private:
    void restart() {
        at_.reset(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!at_) throw os_error("open /");
        names_.clear();
        check(status_of(at_.get(), "/"), "/");
    }

    void put_ahead(std::string_view path) {
        const auto parts = split(path, '/');
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            if (!part->empty() && *part != ".") ahead_.emplace_front(*part);
        }
    }

    void step(const std::string& name) {
        UniqueFd next(::openat(at_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        if (!next) throw os_error("open " + wanted_);
        if (name == "..") {
            if (!names_.empty()) names_.pop_back();
        } else {
            names_.push_back(name);
        }
        const auto status = status_of(next.get(), where());
        check(status, where());
        if (!S_ISLNK(status.st_mode)) {
            at_ = std::move(next);
            return;
        }
        if (++links_ > 40) throw os_error("open " + wanted_, ELOOP);
        const std::string target = read_link(next.get(), where());
        names_.pop_back();
        if (!target.empty() && target[0] == '/') restart();
        put_ahead(target);
    }

    std::string wanted_;
    UniqueFd at_;
    std::vector<std::string> names_;
    std::deque<std::string> ahead_;
    unsigned links_ = 0;
};

}  // namespace

UniqueFd open_trusted(const std::string& absolute_path) {
    TrustedWalk walk(absolute_path);
    const UniqueFd entry = walk.run();
    const auto status = status_of(entry.get(), walk.where());
    if (!S_ISREG(status.st_mode)) {
        throw Error(Code::invalid, absolute_path + ": is " + file_kind(status.st_mode) +
                                       " (a regular file is needed)");
    }
    UniqueFd file = reopen_for_reading(entry.get());
    if (!file) throw os_error("open " + absolute_path);
    return file;
}

void require_trusted(const std::string& absolute_path) {
    TrustedWalk(absolute_path).run();
}

}  // namespace phi
