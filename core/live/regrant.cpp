// SPDX-License-Identifier: Apache-2.0
#include "core/live/regrant.hpp"

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/container/ledger.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/plan/replan.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::live {

namespace {

void check_able(const container::Container& container, const board::Board& board,
                const backend::Backend& backend, const board::Grant& now,
                const std::vector<unsigned>& cpus) {
    if (!backend.can(RUNPHI_CAP_UPDATE))
        throw Error(
            Code::unsupported,
            text("cpu.cpus: ", format_cpu_list(cpus), " is asked for; container ",
                 container.record.id, " has CPUs ",
                 now.cpus.empty() ? "of no number" : format_cpu_list(now.cpus), ", and backend ",
                 phi::quoted(backend.id()), " cannot move it while it runs"),
            "create the container anew");
    const bool fits =
        board.exclusive_cpus ? cpus.size() == now.cpu_count : cpus.size() >= now.cpu_count;
    if (fits || backend.can(RUNPHI_CAP_LIVE_RESIZE)) return;
    throw Error(Code::unsupported,
                text("cpu.cpus: ", format_cpu_list(cpus), " is asked for, ", cpus.size(),
                     cpus.size() == 1 ? " CPU" : " CPUs", "; container ", container.record.id,
                     " has ", now.cpu_count, " virtual ones, and backend ",
                     phi::quoted(backend.id()), " cannot change their number while it runs"),
                "name as many CPUs as it has, or create it anew");
}

// What is held must be what is in use, also after a failure.
void go_back(const container::Container& container, const backend::Backend& backend,
             const backend::Partition& partition, const board::Grant& before) {
    try {
        backend.update(partition, partition.plan);
        write_atomic(container.dir_fd.get(), container::plan_file(container.record),
                     partition.plan);
        container::settle_grant(container, before);
    } catch (const Error& error) {
        log::warn(text("container ", container.record.id,
                       ": it keeps old and new CPUs, because it "
                       "could not be moved back: ",
                       error.message()));
    }
}

void write_facts(const container::Container& container, const std::string& plan,
                 const board::Grant& grant) {
    const int dir = container.dir_fd.get();
    write_atomic(dir, container::plan_file(container.record), plan);
    write_atomic(dir, "assignedCPUs", format_cpu_list(grant.cpus) + "\n");
}

}  // namespace

void move_to_cpus(const container::Container& container, const Settings& settings,
                  const board::Board& board, const backend::Backend& backend,
                  const std::vector<unsigned>& cpus) {
    const board::Grant before = container::read_grant(container);
    if (before.cpus == cpus) return;
    check_able(container, board, backend, before, cpus);
    const backend::Partition partition = container::partition_of(container);
    const board::Grant after = container::grant_cpus_too(settings, container, board, cpus);
    try {
        const std::string board_json = board::write_board(board);
        const std::string plan = plan::replan_cpus(
            partition.plan, after, cpus, [&](backend::Stage stage, const std::string& so_far) {
                return backend.plan_stage(stage, board_json, so_far, {});
            });
        const std::string handle = backend.update(partition, plan);
        if (!handle.empty()) write_atomic(container.dir_fd.get(), "handle", handle);
        write_facts(container, plan, after);
    } catch (const Error&) {
        go_back(container, backend, partition, before);
        throw;
    }
    container::settle_grant(container, after);
}

}  // namespace phi::live
