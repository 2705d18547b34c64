// SPDX-License-Identifier: Apache-2.0
// What somebody else has to be asked for: the backend, the name services.
#include <pwd.h>
#include <sys/stat.h>

#include <utility>

#include "core/base/text.hpp"
#include "core/container/store.hpp"
#include "core/container/teardown.hpp"

namespace phi::container {

namespace {

Status ask_backend(const Container& container, const Settings& settings) {
    const auto backend = backend::Backend::load(container.record.backend, settings);
    switch (backend->query(partition_of(container)).state) {
        case backend::State::created:
            return Status::created;
        case backend::State::running:
            return Status::running;
        case backend::State::paused:
            return Status::paused;
        default:
            return Status::stopped;
    }
}

// The user whom the container's directory belongs to.
std::string owner_of(const Container& container) {
    struct stat info {};
    if (::fstat(container.dir_fd.get(), &info) != 0) return {};
    const passwd* user = ::getpwuid(info.st_uid);
    return user != nullptr ? user->pw_name : text("#", info.st_uid);
}

}  // namespace

Status Container::status(const Settings& settings) const {
    const auto recorded = recorded_status();
    return recorded ? *recorded : ask_backend(*this, settings);
}

oci::State oci_state(const Container& container, const Settings& settings) {
    if (auto recorded = recorded_state(container)) return std::move(*recorded);
    return oci_state(container, container.status(settings), owner_of(container));
}

}  // namespace phi::container
