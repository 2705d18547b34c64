// SPDX-License-Identifier: Apache-2.0
#include "core/boot/credentials.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace phi::boot {

namespace {

// Without sets of its own a process has what its user has: root all, others none.
bool has_capability(const oci::Process& process, const char* name) {
    if (!process.capabilities) return process.user.uid == 0;
    const auto& effective = process.capabilities->effective;
    return std::find(effective.begin(), effective.end(), name) != effective.end();
}

}  // namespace

Credentials::Credentials(const oci::Process& process)
    : uid_(process.user.uid),
      gids_(process.user.additional_gids),
      overrides_(has_capability(process, "CAP_DAC_OVERRIDE")),
      searches_(overrides_ || has_capability(process, "CAP_DAC_READ_SEARCH")) {
    gids_.push_back(process.user.gid);
}

bool Credentials::has_execute_bit(mode_t mode, std::uint32_t uid, std::uint32_t gid) const {
    if (uid == uid_) return (mode & S_IXUSR) != 0;
    if (std::find(gids_.begin(), gids_.end(), gid) != gids_.end()) return (mode & S_IXGRP) != 0;
    return (mode & S_IXOTH) != 0;
}

bool Credentials::may_search(mode_t mode, std::uint32_t uid, std::uint32_t gid) const {
    return searches_ || has_execute_bit(mode, uid, gid);
}

bool Credentials::may_execute(mode_t mode, std::uint32_t uid, std::uint32_t gid) const {
    // Nobody runs what nobody may run.
    const bool anybody = (mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    return anybody && (overrides_ || has_execute_bit(mode, uid, gid));
}

}  // namespace phi::boot
