// SPDX-License-Identifier: Apache-2.0
#include <sys/prctl.h>

#include "core/base/error.hpp"
#include "core/command/creation.hpp"
#include "core/command/foreground.hpp"
#include "core/container/teardown.hpp"

namespace phi::command {

int run(const Global& global, const Run& options) {
    const Mode mode = options.detach ? Mode::detached : Mode::foreground;
    UniqueFd signals;
    if (mode == Mode::foreground) {
        signals = block_signals();
        if (!options.no_subreaper) ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }
    UniqueFd terminal;
    Creation creation = create_container(global, options, mode, &terminal);
    try {
        start_container(creation.container, creation.settings, *creation.backend, creation.spec);
    } catch (const Error&) {
        container::tear_down(creation.container, creation.settings, creation.backend.get());
        throw;
    }
    if (options.detach) return 0;
    const ProcessId monitor = creation.container.record.monitor;
    creation.container.lock.reset();  // others may stop or kill it meanwhile
    const int status = wait_in_foreground(monitor, std::move(signals), std::move(terminal));
    if (!options.keep) remove(global, {options.id, true});
    return status;
}

}  // namespace phi::command
