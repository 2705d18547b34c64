// SPDX-License-Identifier: Apache-2.0
#include "../common/channel/launch.hpp"
#include "../common/hang_up.hpp"
#include "backend.hpp"
#include "driver/lock.hpp"
#include "format/number_set.hpp"
#include "node.hpp"
#include "partition.hpp"
#include "records.hpp"

namespace runphi::jailhouse {

using sdk::State;

namespace {

State state_of(const CellStatus& cell, bool begun) {
    switch (cell.state) {
        case CellState::running:
        case CellState::locked:
            return State::running;
        case CellState::shut_down:
            return begun ? State::stopped : State::created;
        case CellState::failed:
        case CellState::other:
            return State::failed;
    }
    return State::failed;
}

// What the cell's relay has noted counts before what Jailhouse says.
sdk::Query query_now(const sdk::Host& host, const sdk::Partition& partition) {
    const Tree tree(Settings::parse(host.settings()).sysfs);
    if (!tree.enabled()) return {State::absent, std::nullopt, "Jailhouse is not enabled"};
    const Records records(host);
    const bool begun = records.has_begun(partition.name);
    const auto cell = find_cell(host, tree, partition);
    if (const auto end = records.end(partition.name)) return query_of(*end);
    if (!cell) return {State::absent, std::nullopt, "there is no such cell"};
    std::string detail = "the cell's state is \"" + cell->state_text + "\"";
    if (!cell->failed_cpus.empty()) detail += ", failed CPUs " + list_text(cell->failed_cpus);
    return {state_of(*cell, begun), std::nullopt, detail};
}

bool is_over(const sdk::Query& query) {
    return query.state == State::stopped || query.state == State::failed;
}

// One that has ended by its own word still runs for Jailhouse.
void stop_cell(const sdk::Host& host, const sdk::Partition& partition) {
    try {
        const Settings settings = Settings::parse(host.settings());
        const DriverLock lock(host.cache_dir(), settings.timeout_ms);
        const Node node = Node::read(settings);
        const auto cell = find_cell(host, node.tree, partition);
        const bool runs =
            cell && (cell->state == CellState::running || cell->state == CellState::locked);
        if (runs) node.driver(settings).shut_down(cell->id);
    } catch (const sdk::Error& error) {
        host.warn("cell \"" + partition.name +
                  "\" has ended, and is not stopped: " + error.message());
    }
}

}  // namespace

sdk::Query JailhouseBackend::query(const sdk::Host& host, const sdk::Partition& partition) {
    return query_now(host, partition);
}

sdk::UniqueFd JailhouseBackend::wait(const sdk::Host&, const sdk::Partition& partition) {
    return common::watch_relay(partition);
}

// The relay says nothing, and hangs up when it has noted the end.
sdk::Query JailhouseBackend::event(const sdk::Host& host, const sdk::Partition& partition, int fd) {
    sdk::Query now = query_now(host, partition);
    if (common::is_hung_up(fd) && !is_over(now) && now.state != State::absent) {
        now = {State::failed, std::nullopt, "the process that carries the cell's console has died"};
    }
    if (!is_over(now)) return now;
    if (now.state == State::failed) {
        host.warn("cell \"" + partition.name + "\" has failed: " + now.detail);
    }
    stop_cell(host, partition);
    return now;
}

std::vector<sdk::Listed> JailhouseBackend::list(const sdk::Host& host) {
    const Tree tree(Settings::parse(host.settings()).sysfs);
    std::vector<sdk::Listed> out;
    const Records records(host);
    for (const std::string& name : records.names()) {
        const bool begun = records.has_begun(name);
        const auto cell = tree.cell(name);
        if (!cell) continue;
        const auto end = records.end(name);
        out.push_back({name, end ? query_of(*end).state : state_of(*cell, begun)});
    }
    return out;
}

}  // namespace runphi::jailhouse
