// SPDX-License-Identifier: Apache-2.0
#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/command/options.hpp"
#include "core/container/teardown.hpp"

// Pausing, and its undoing.
namespace phi::command {

using container::Status;

namespace {

// One status after the other, by what the backend does; `refusal` is runc's text for a container
// in any other status.
struct Switch {
    Status from;
    Status to;
    void (backend::Backend::*action)(const backend::Partition&) const;
    const char* refusal;
};

int apply(const Switch& wanted, const Global& global, const std::string& id) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    container::Container container = store.open_locked(id, Deadline::in(std::chrono::seconds(30)));
    if (container.status(settings) != wanted.from) throw Error(Code::invalid, wanted.refusal);
    const auto backend = backend::Backend::load(container.record.backend, settings);
    container.change(wanted.to,
                     [&] { ((*backend).*wanted.action)(container::partition_of(container)); });
    return 0;
}

}  // namespace

int pause(const Global& global, const std::string& id) {
    return apply(
        {Status::running, Status::paused, &backend::Backend::pause, "container not running"},
        global, id);
}

int resume(const Global& global, const std::string& id) {
    return apply(
        {Status::paused, Status::running, &backend::Backend::resume, "container not paused"},
        global, id);
}

}  // namespace phi::command
