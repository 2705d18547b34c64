// SPDX-License-Identifier: Apache-2.0
#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/command/options.hpp"
#include "core/container/teardown.hpp"

namespace phi::command {

using container::Status;

int pause(const Global& global, const std::string& id) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    container::Container container = store.open_locked(id, Deadline::in(std::chrono::seconds(30)));
    if (container.status(settings) != Status::running) {
        throw Error(Code::invalid, "container not running");
    }
    const auto backend = backend::Backend::load(container.record.backend, settings);
    container.change(Status::paused, [&] { backend->pause(container::partition_of(container)); });
    return 0;
}

}  // namespace phi::command
