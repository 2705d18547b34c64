// SPDX-License-Identifier: Apache-2.0
#include "core/live/usage.hpp"

#include "core/container/ledger.hpp"
#include "core/container/teardown.hpp"
#include "core/live/processes.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::live {

Usage usage(const container::Container& container, const backend::Backend& backend,
            const Cgroup& cgroup) {
    Usage out = usage_of_cgroup(cgroup);
    if (backend.can(RUNPHI_CAP_STATS) && backend.has(RUNPHI_STATS_1)) {
        const std::string what = "the statistics of backend " + backend.id();
        add_backend_stats(backend.stats(container::partition_of(container)), what, out);
    }
    if (out.pids == 0) out.pids = processes(container).size();
    const board::Grant grant = container::read_grant(container);
    if (!grant.cpus.empty()) out.cpuset.cpus = grant.cpus;
    out.memory.usage.limit = 0;
    for (const auto& memory : grant.memory) out.memory.usage.limit += memory.size;
    return out;
}

}  // namespace phi::live
