// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.hpp"
#include "core/command/creation.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

using container::Status;

int start(const Global& global, const std::string& id) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    container::Container container = store.open_locked(id, Deadline::in(std::chrono::seconds(30)));
    const Status status = container.status(settings);
    if (status == Status::stopped) {
        throw Error(Code::invalid, "cannot start a container that has stopped");
    }
    if (status == Status::running) {
        throw Error(Code::invalid, "cannot start an already running container");
    }
    if (status != Status::created) {
        throw Error(Code::invalid,
                    std::string("cannot start a container in the ") + to_string(status) + " state");
    }
    const auto backend = backend::Backend::load(container.record.backend, settings);
    const UniqueFd bundle = open_directory(container.record.bundle);
    start_container(container, settings, *backend, oci::load_spec(bundle.get()));
    return 0;
}

}  // namespace phi::command
