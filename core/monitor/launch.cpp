// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/launch.hpp"

#include <unistd.h>

#include "core/base/text.hpp"
#include "core/monitor/monitor.hpp"

namespace phi::monitor {

void Launched::await(Word word) {
    const auto heard = sync_.hear();
    if (heard == word) return;
    throw Error(Code::internal, text("the container's monitor, process ", id_.pid,
                                     ", died while the container was being created"));
}

Launched launch(Launch what) {
    auto [ours, theirs] = Sync::pair();
    const pid_t pid = ::fork();
    if (pid < 0) throw os_error("fork");
    if (pid == 0) {
        ours.close();
        run_monitor(std::move(what), std::move(theirs));
    }
    return {ProcessId{pid, start_time_of(pid).value_or(0)}, std::move(ours)};
}

}  // namespace phi::monitor
