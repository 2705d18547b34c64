// SPDX-License-Identifier: Apache-2.0
#include "core/container/locked.hpp"

#include <sys/stat.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::container {

namespace {

constexpr const char* lock_file = "lock";

bool removed(int dir_fd) {
    struct stat info {};
    return ::fstat(dir_fd, &info) != 0 || info.st_nlink == 0;
}

}  // namespace

std::optional<Lock> lock_directory(int dir_fd, const std::string& id, Deadline deadline) {
    try {
        Lock lock = Lock::take(dir_fd, lock_file, "container " + id, deadline);
        if (removed(dir_fd)) return std::nullopt;
        return lock;
    } catch (const Error& error) {
        if (error.code() == Code::not_found) return std::nullopt;
        throw;
    }
}

std::optional<Container> open_locked_at(const std::string& store_dir, const std::string& id,
                                        Deadline deadline) {
    auto found = open_at(store_dir, id);
    if (!found) return std::nullopt;
    found->lock = lock_directory(found->dir_fd.get(), id, deadline);
    if (!found->lock) return std::nullopt;
    // Whoever held the lock before us may have changed it.
    found->record = Record::parse(found->read(state_file), found->dir + "/" + state_file);
    return found;
}

}  // namespace phi::container
