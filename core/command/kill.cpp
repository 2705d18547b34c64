// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/command/options.hpp"
#include "core/container/teardown.hpp"
#include "core/oci/signal.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::command {

namespace {

// The monitor dies of the same signal, so that the container's exit status tells it (137). It goes
// first where the backend can end any guest: else the end of the partition would race with it.
void kill_now(const container::Container& container, const Settings& settings) {
    const auto backend = backend::Backend::load(container.record.backend, settings);
    backend->set_deadline(Deadline::in(std::chrono::seconds(20)));
    const backend::Partition partition = container::partition_of(container);
    const bool forced = backend->can(RUNPHI_CAP_FORCED_STOP);
    if (forced) container::end_monitor(container);
    backend->kill(partition);
    if (!forced) container::end_monitor(container);
}

}  // namespace

int kill(const Global& global, const Kill& options) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    const container::Container container = store.open(options.id);
    const int signal = oci::parse_signal(options.signal);
    const pid_t pid = container.pid();
    if (pid == 0 && options.all) return 0;
    if (pid == 0) throw Error(Code::not_found, "container not running");
    if (!oci::is_signal(signal))
        throw Error(Code::invalid, "unable to signal init: invalid argument");
    // Nobody can pass this one on: it would stop the monitor, and the guest would run on unwatched.
    if (signal == SIGSTOP)
        throw Error(Code::unsupported, "unable to signal init: a partition cannot be sent SIGSTOP",
                    "suspend it with \"pause\"");
    if (signal == SIGKILL) {
        kill_now(container, settings);
    } else if (!send_signal(container.record.monitor, signal) && !options.all) {
        throw Error(Code::not_found, "container not running");
    }
    return 0;
}

}  // namespace phi::command
