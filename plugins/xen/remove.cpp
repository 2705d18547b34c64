// SPDX-License-Identifier: Apache-2.0
#include "remove.hpp"

#include "domain/identity.hpp"
#include "domains.hpp"
#include "ended.hpp"
#include "files.hpp"
#include "helper_client.hpp"
#include "network.hpp"
#include "presence/toolstack.hpp"
#include "programs.hpp"
#include "request.hpp"

namespace runphi::xen {

using sdk::Error;

namespace {

constexpr auto network_removal_patience = std::chrono::seconds(2);

// It does it faster than one that has to be started.
void ask_to_kill(const sdk::Host& host, const Settings& settings, const sdk::Partition& partition) {
    if (partition.dir_fd < 0) return;
    try {
        ask_helper(partition, request_of(op::kill), patience_ms(host, settings));
    } catch (const Error& error) {
        host.debug("partition " + partition.name + ": " + error.message());
    }
}

void remove_files(const sdk::Partition& partition) {
    if (partition.dir_fd < 0) return;  // the container's folder is gone, and all that was in it
    for (const char* name :
         {control_socket, watch_socket, console_socket, agent_socket, log_file, end_file}) {
        remove_at(partition.dir_fd, name);
    }
    if (partition.plan.empty()) return;  // then the container's folder goes with what is in it
    const sdk::JsonDocument plan(partition.plan, "plan");
    const std::string id = plan.root().string_or("id", {});
    for (const char* suffix : {".cfg", ".kernel", ".initrd", ".dtb"}) {
        remove_at(partition.dir_fd, id + suffix);
    }
}

}  // namespace

void destroy_domain(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    const Presence xen = look_for_xen(settings);
    if (xen.place != Presence::Place::dom0) return;  // then there is none
    XenStore store = require_xenstore(settings);
    if (!find_domain(store, partition.name)) return;
    run_helper(
        host, require_program(Program::helper, settings, xen),
        {std::string(mode::destroy), domain_name(partition.name), domain_uuid(partition.name)},
        patience_ms(host, settings));
}

void remove_partition(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    if (const auto helper = helper_of(partition)) {
        ask_to_kill(host, settings, partition);
        sdk::end_process(host, *helper);
    }
    const auto end = partition.dir_fd < 0 ? std::nullopt : read_end(partition.dir_fd);
    if (!end || !end->gone) destroy_domain(host, partition);
    // Without a plan nobody knows the namespace; the next partition in it puts things right.
    if (!partition.plan.empty()) {
        leave_network(sdk::Plan(partition.plan),
                      common::Deadline::of(host, network_removal_patience));
    }
    remove_files(partition);
}

}  // namespace runphi::xen
