// SPDX-License-Identifier: Apache-2.0
#include "cache.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.hpp"

namespace runphi::qemu {

using sdk::UniqueFd;

Cache::Cache(const sdk::Host& host)
    : dir_(::open(std::string(host.cache_dir()).c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC)),
      boot_id_(read_small("/proc/sys/kernel/random/boot_id")) {
    struct stat info {};
    // A folder that others can write would let them say that KVM works.
    if (dir_ && (::fstat(dir_.get(), &info) != 0 || info.st_uid != ::geteuid() ||
                 (info.st_mode & 022) != 0)) {
        dir_.reset();
    }
}

std::string Cache::full_key(const std::string& key) const {
    return boot_id_ + key + "\n";
}

std::optional<std::string> Cache::get(const std::string& name, const std::string& key) const {
    if (!dir_) return std::nullopt;
    const std::string text = read_tail_at(dir_.get(), name.c_str(), 4096);
    const std::string wanted = full_key(key);
    if (text.compare(0, wanted.size(), wanted) != 0) return std::nullopt;
    return text.substr(wanted.size());
}

void Cache::put(const std::string& name, const std::string& key, const std::string& value) const {
    if (!dir_) return;
    try {
        const std::string temporary = "." + name + "." + std::to_string(::getpid());
        write_all(create_file_at(dir_.get(), temporary.c_str()).get(), full_key(key) + value, name);
        if (::renameat(dir_.get(), temporary.c_str(), dir_.get(), name.c_str()) != 0) {
            remove_at(dir_.get(), temporary.c_str());
        }
    } catch (const sdk::Error&) {  // NOLINT(bugprone-empty-catch): see the class
    }
}

UniqueFd Cache::lock(const std::string& name, Deadline deadline) const {
    if (!dir_) return {};
    UniqueFd fd(::openat(dir_.get(), (name + ".lock").c_str(),
                         O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    // flock(2) has no deadline of its own, and a stopped holder must not stop us.
    while (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || deadline.passed()) return {};
        ::poll(nullptr, 0, 20);
    }
    return fd;
}

}  // namespace runphi::qemu
