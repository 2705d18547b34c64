// SPDX-License-Identifier: Apache-2.0
#include "pin.hpp"

#include <sched.h>

#include <cstring>
#include <filesystem>
#include <map>

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;

namespace {

// A thread that is made while the others are pinned begins where its maker was just then.
constexpr int passes = 10;

cpu_set_t set_of(const std::vector<unsigned>& cpus) {
    cpu_set_t set;
    if (cpus.empty()) {
        std::memset(&set, 0xff, sizeof set);  // the kernel leaves out what there is not
        return set;
    }
    CPU_ZERO(&set);
    for (const unsigned cpu : cpus) {
        if (cpu >= CPU_SETSIZE) {
            throw Error(Code::unsupported, "CPU " + std::to_string(cpu) + " cannot be pinned to");
        }
        CPU_SET(cpu, &set);
    }
    return set;
}

// False if it was there already, or has ended.
bool pin(int thread, const std::vector<unsigned>& cpus) {
    cpu_set_t before;
    cpu_set_t after;
    const cpu_set_t wanted = set_of(cpus);
    CPU_ZERO(&before);
    CPU_ZERO(&after);
    ::sched_getaffinity(thread, sizeof before, &before);
    if (::sched_setaffinity(thread, sizeof wanted, &wanted) != 0) {
        if (errno == ESRCH) return false;
        throw sdk::os_error("pin QEMU's thread " + std::to_string(thread) + " to CPU " +
                            (cpus.empty() ? "any" : std::to_string(cpus.front())));
    }
    ::sched_getaffinity(thread, sizeof after, &after);
    return CPU_EQUAL(&before, &after) == 0;
}

// The CPUs of those threads that have one of their own.
std::map<int, std::vector<unsigned>> own_cpus(Qmp& qmp, const CpuPart& part, Deadline deadline) {
    std::map<int, std::vector<unsigned>> own;
    if (part.pinned_to.size() != part.vcpus) return own;
    const sdk::JsonDocument answer(qmp.execute("query-cpus-fast", deadline), "query-cpus-fast");
    for (const sdk::Json& cpu : answer.root().at("return").elements()) {
        const auto index = cpu.at("cpu-index").u64(0, part.vcpus - 1);
        const auto thread = static_cast<int>(cpu.at("thread-id").u64(1, INT32_MAX));
        // One thread may run several virtual CPUs in turn (an emulation that cannot do better).
        own[thread].push_back(part.pinned_to[index]);
    }
    return own;
}

// All threads of a process on the CPUs, but for those that have one of their own.
void pin_threads(int pid, const std::vector<unsigned>& cpus,
                 const std::map<int, std::vector<unsigned>>& own) {
    const std::filesystem::path tasks("/proc/" + std::to_string(pid) + "/task");
    bool moved = true;
    for (int pass = 0; moved && pass < passes; ++pass) {
        moved = false;
        for (const auto& task : std::filesystem::directory_iterator(tasks)) {
            const int thread = std::stoi(task.path().filename());
            const auto alone = own.find(thread);
            moved |= pin(thread, alone == own.end() ? cpus : alone->second);
        }
    }
}

}  // namespace

void pin_cpus(Qmp& qmp, const Handle& processes, const CpuPart& part, Deadline deadline) {
    pin_threads(processes.qemu.pid, part.pinned_to, own_cpus(qmp, part, deadline));
    for (const ProcessId& one : processes.share) pin_threads(one.pid, part.pinned_to, {});
}

}  // namespace runphi::qemu
