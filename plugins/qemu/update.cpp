// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "cpu.hpp"
#include "files.hpp"
#include "pin.hpp"
#include "process.hpp"
#include "qmp.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using namespace std::chrono_literals;

namespace {

constexpr auto update_time = 20s;

// Virtual CPUs and memory are what the machine was built with.
void check_same_size(const sdk::Plan& before, const sdk::Plan& after) {
    if (before.cpu_count != after.cpu_count) {
        throw Error(Code::unsupported, "QEMU's partition has " + std::to_string(before.cpu_count) +
                                           " virtual CPUs, which cannot become " +
                                           std::to_string(after.cpu_count) + " while it runs");
    }
    if (before.memory_size() != after.memory_size()) {
        throw Error(Code::unsupported, "QEMU's partition has " +
                                           std::to_string(before.memory_size()) +
                                           " bytes of memory, which cannot become " +
                                           std::to_string(after.memory_size()) + " while it runs");
    }
}

}  // namespace

std::string QemuBackend::update(const sdk::Host& host, const sdk::Partition& partition,
                                std::string_view plan) {
    const sdk::Plan after(plan);
    check_same_size(sdk::Plan(partition.plan), after);
    if (partition.handle.empty() || !process_of(partition)) {
        throw Error(Code::not_found, "partition " + partition.name + " is not running");
    }
    const Deadline deadline = Deadline::of(host, update_time);
    Qmp qmp = Qmp::connect(partition.dir_fd, qmp_socket, deadline);
    pin_cpus(qmp, read_handle(partition.handle), read_cpus(after), deadline);
    return {};
}

}  // namespace runphi::qemu
