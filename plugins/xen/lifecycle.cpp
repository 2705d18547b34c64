// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "ended.hpp"
#include "helper_client.hpp"
#include "remove.hpp"
#include "request.hpp"
#include "settings.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

void ask(const sdk::Host& host, const sdk::Partition& partition, std::string_view op) {
    const Settings settings = Settings::parse(host.settings());
    try {
        ask_helper(partition, request_of(op), patience_ms(host, settings));
    } catch (const Error& error) {
        const auto end = read_end(partition.dir_fd);
        if (error.code() != Code::not_found || !end) throw;
        throw Error(Code::not_found,
                    "the domain of partition " + partition.name + " has ended: " + end->detail);
    }
}

}  // namespace

void XenBackend::start(const sdk::Host& host, const sdk::Partition& partition) {
    ask(host, partition, op::start);
}

void XenBackend::pause(const sdk::Host& host, const sdk::Partition& partition) {
    ask(host, partition, op::pause);
}

void XenBackend::resume(const sdk::Host& host, const sdk::Partition& partition) {
    ask(host, partition, op::resume);
}

// By xenstore, control/shutdown: a Linux kernel of the image's own hears that.
void XenBackend::stop(const sdk::Host& host, const sdk::Partition& partition) {
    const std::string kind = sdk::Plan(partition.plan).kind;
    if (kind != "kernel") {
        // phi-init is asked over the agent's channel; an inmate reads no xenstore.
        throw Error(Code::unsupported,
                    "Xen cannot ask a guest of kind \"" + kind + "\" to shut down");
    }
    ask(host, partition, op::shut_down);
}

void XenBackend::kill(const sdk::Host& host, const sdk::Partition& partition) {
    if (read_end(partition.dir_fd)) return;
    const Settings settings = Settings::parse(host.settings());
    try {
        ask_helper(partition, request_of(op::kill), patience_ms(host, settings));
    } catch (const Error& error) {
        // A helper that hangs or is dead does not keep its domain.
        host.debug("partition " + partition.name + ": " + error.message());
        if (const auto helper = helper_of(partition)) sdk::end_process(host, *helper);
        const auto end = read_end(partition.dir_fd);
        if (!end || !end->gone) destroy_domain(host, partition);
    }
}

void XenBackend::destroy(const sdk::Host& host, const sdk::Partition& partition) {
    remove_partition(host, partition);
}

}  // namespace runphi::xen
