// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/acts.hpp"

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/container/act.hpp"
#include "core/container/teardown.hpp"

namespace phi::monitor {

namespace {

// Whoever asks waits no longer, and the console waits for us.
constexpr auto act_limit = std::chrono::seconds(5);

}  // namespace

void Acts::open() {
    listener_ = container::listen_for_acts(launch_.container.dir_fd.get());
}

void Acts::add_to(PollSet& set) {
    place_ = set.add(connection_ ? connection_.get() : listener_.get(), POLLIN);
}

void Acts::handle(const PollSet& set) {
    if (set.at(place_) == 0) return;
    if (!connection_) {
        connection_ = container::accept_act(listener_.get());
        return;
    }
    const bool done = act();
    container::answer_act(connection_.get(), done);
    connection_.reset();
}

bool Acts::act() noexcept {
    try {
        const auto wanted = container::take_act(connection_.get());
        if (!wanted) return false;
        const backend::Backend& backend = launch_.backend;
        // As it is now: an update may have changed plan and handle.
        const backend::Partition partition = container::partition_of(launch_.container);
        launch_.backend.set_deadline(Deadline::in(act_limit));
        switch (*wanted) {
            case container::Act::start:
                backend.start(partition);
                return true;
            case container::Act::pause:
                backend.pause(partition);
                return true;
            case container::Act::resume:
                backend.resume(partition);
                return true;
        }
    } catch (const std::exception& error) {
        log::debug(text("monitor: ", error.what()));
    }
    return false;
}

}  // namespace phi::monitor
