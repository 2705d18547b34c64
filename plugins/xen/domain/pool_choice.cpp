// SPDX-License-Identifier: Apache-2.0
#include "pool_choice.hpp"

#include <algorithm>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

std::vector<unsigned> wanted(const CpuPart& cpu) {
    std::vector<unsigned> out;
    for (const auto& one : cpu.affinity) out.insert(out.end(), one.begin(), one.end());
    return out;
}

bool has(const CpuPool& pool, unsigned cpu) {
    return std::find(pool.cpus.begin(), pool.cpus.end(), cpu) != pool.cpus.end();
}

const CpuPool* pool_of(const std::vector<CpuPool>& pools, unsigned cpu) {
    for (const CpuPool& one : pools) {
        if (has(one, cpu)) return &one;
    }
    return nullptr;
}

std::string names(const std::vector<CpuPool>& pools) {
    std::string out;
    for (const CpuPool& one : pools) {
        out += (out.empty() ? "" : ", ") + one.name + " (" + one.scheduler + ")";
    }
    return out;
}

void require_cpus(const std::vector<CpuPool>& pools, const CpuPool& pool, const CpuPart& cpu) {
    for (const unsigned one : wanted(cpu)) {
        if (has(pool, one)) continue;
        const CpuPool* other = pool_of(pools, one);
        throw Error(Code::invalid,
                    "CPU " + std::to_string(one) + " is not in CPU pool " + pool.name + " but in " +
                        (other != nullptr ? other->name : std::string("none")),
                    "a domain runs on the CPUs of one pool: `xl cpupool-list -c` shows them");
    }
}

void require_scheduler(const std::vector<CpuPool>& pools, const CpuPool& pool,
                       const Scheduling& how) {
    const auto refuse = [&](const std::string& what) {
        throw Error(Code::unsupported,
                    what + ", and CPU pool " + pool.name + " has " + pool.scheduler +
                        "; the pools of this machine are " + names(pools),
                    "`xl cpupool-create` makes a pool with another scheduler, if this Xen was "
                    "built with it");
    };
    const bool credit = pool.scheduler == "credit" || pool.scheduler == "credit2";
    if (!how.scheduler.empty() && how.scheduler != pool.scheduler) {
        refuse("the scheduler " + how.scheduler + " is asked for");
    }
    if ((how.weight || how.cap) && !credit) refuse("a weight or a cap is asked for");
    if ((how.period || how.budget) && pool.scheduler != "rtds") {
        refuse("a period and a budget are asked for");
    }
}

}  // namespace

std::string choose_pool(const std::vector<CpuPool>& pools, const CpuPart& cpu) {
    if (pools.empty()) throw Error(Code::hypervisor, "Xen has no CPU pool");
    const std::vector<unsigned> cpus = wanted(cpu);
    const CpuPool* pool = nullptr;
    if (!cpu.pool.empty()) {
        for (const CpuPool& one : pools) {
            if (one.name == cpu.pool) pool = &one;
        }
        if (pool == nullptr) {
            throw Error(Code::not_found,
                        "CPU pool \"" + cpu.pool + "\": there is none; there are " + names(pools));
        }
    } else {
        pool = cpus.empty() ? &pools.front() : pool_of(pools, cpus.front());
        if (pool == nullptr) {
            throw Error(Code::invalid,
                        "CPU " + std::to_string(cpus.front()) + " is in no CPU pool");
        }
    }
    require_cpus(pools, *pool, cpu);
    require_scheduler(pools, *pool, cpu.scheduling);
    return pool->name;
}

}  // namespace runphi::xen
