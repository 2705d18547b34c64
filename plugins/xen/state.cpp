// SPDX-License-Identifier: Apache-2.0
#include <runphi/sdk/socket.hpp>

#include "backend.hpp"
#include "domains.hpp"
#include "ended.hpp"
#include "files.hpp"
#include "helper_client.hpp"
#include "plugins/common/hang_up.hpp"
#include "presence/toolstack.hpp"
#include "programs.hpp"
#include "remove.hpp"
#include "request.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;
using sdk::State;
using sdk::UniqueFd;

namespace {

constexpr int answer_ms = 5000;

State state_named(const std::string& name) {
    for (const State one : {State::created, State::running, State::paused, State::stopped}) {
        if (name == sdk::to_string(one)) return one;
    }
    return State::failed;
}

// Without a helper, xenstore knows whether there is a domain still.
sdk::Query without_helper(const sdk::Host& host, const sdk::Partition& partition) {
    const Settings settings = Settings::parse(host.settings());
    if (look_for_xen(settings).place != Presence::Place::dom0) {
        return {State::absent, std::nullopt, "not in a dom0 of Xen"};
    }
    XenStore store = require_xenstore(settings);
    if (!find_domain(store, partition.name)) return {State::absent, std::nullopt, "no domain"};
    return {State::failed, std::nullopt, "the process beside the domain, its helper, has died"};
}

sdk::Query query_now(const sdk::Host& host, const sdk::Partition& partition) {
    if (const auto end = read_end(partition.dir_fd)) return query_of(*end);
    try {
        const std::string answer = ask_helper(partition, request_of(op::query), answer_ms);
        const sdk::JsonDocument document(answer, "the helper's answer");
        return {state_named(document.root().at("state").string()), std::nullopt,
                document.root().string_or("detail", {})};
    } catch (const Error& error) {
        // libxl waits, or works: the domain is there.
        if (error.code() == Code::timeout || error.code() == Code::no_resource) {
            return {State::running, std::nullopt, error.message()};
        }
        if (error.code() != Code::not_found) throw;
    }
    // Just now, perhaps.
    if (const auto end = read_end(partition.dir_fd)) return query_of(*end);
    return without_helper(host, partition);
}

}  // namespace

sdk::Query XenBackend::query(const sdk::Host& host, const sdk::Partition& partition) {
    return query_now(host, partition);
}

UniqueFd XenBackend::wait(const sdk::Host&, const sdk::Partition& partition) {
    try {
        return sdk::connect_at(partition.dir_fd, watch_socket, "the domain's helper");
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        return common::hung_up();
    }
}

// The helper says nothing, and hangs up when it has noted the end, or by dying.
sdk::Query XenBackend::event(const sdk::Host& host, const sdk::Partition& partition, int fd) {
    if (!common::is_hung_up(fd)) return query_now(host, partition);
    if (const auto end = read_end(partition.dir_fd)) {
        if (end->failed) host.warn("partition " + partition.name + ": " + end->detail);
        return query_of(*end);
    }
    sdk::Query out{State::failed, std::nullopt,
                   "the process beside the domain, its helper, has died"};
    host.warn("partition " + partition.name + ": " + out.detail);
    // Nobody has its console, nobody sees it end.
    destroy_domain(host, partition);
    return out;
}

std::vector<sdk::Listed> XenBackend::list(const sdk::Host& host) {
    std::vector<sdk::Listed> out;
    const Settings settings = Settings::parse(host.settings());
    const Presence xen = look_for_xen(settings);
    if (xen.place != Presence::Place::dom0) return out;
    XenStore store = require_xenstore(settings);
    if (our_domains(store).empty()) return out;
    const std::string answer = run_helper(host, require_program(Program::reader, settings, xen),
                                          {std::string(mode::list)}, patience_ms(host, settings));
    const sdk::JsonDocument document(answer, "the reader's answer");
    for (const sdk::Json& one : document.root().at("domains").elements()) {
        out.push_back({one.at("partition").string(), state_named(one.at("state").string())});
    }
    return out;
}

}  // namespace runphi::xen
