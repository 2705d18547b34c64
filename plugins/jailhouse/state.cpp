// SPDX-License-Identifier: Apache-2.0
#include <sys/timerfd.h>
#include <unistd.h>

#include "backend.hpp"
#include "driver/lock.hpp"
#include "format/number_set.hpp"
#include "node.hpp"
#include "partition.hpp"
#include "records.hpp"

namespace runphi::jailhouse {

using sdk::State;

namespace {

// Nothing in sysfs tells that a state has changed: it is looked at every tenth of a second.
constexpr long poll_ns = 100'000'000;

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

// To be asked before the cell is looked at, which then is as it was at that time or later. While
// somebody starts it, it has not begun: it is shut down until then.
bool has_begun(const sdk::Host& host, const std::string& name) {
    const Records::Begin begin = Records(host).begin(name);
    if (begin != Records::Begin::starting) return begin == Records::Begin::begun;
    return !DriverLock::is_held(host.cache_dir());
}

sdk::Query query_now(const sdk::Host& host, const sdk::Partition& partition) {
    const Tree tree(Settings::parse(host.settings()).sysfs);
    if (!tree.enabled()) return {State::absent, std::nullopt, "Jailhouse is not enabled"};
    const bool begun = has_begun(host, partition.name);
    const auto cell = find_cell(host, tree, partition);
    if (!cell) return {State::absent, std::nullopt, "there is no such cell"};
    std::string detail = "the cell's state is \"" + cell->state_text + "\"";
    if (!cell->failed_cpus.empty()) detail += ", failed CPUs " + list_text(cell->failed_cpus);
    return {state_of(*cell, begun), std::nullopt, detail};
}

}  // namespace

sdk::Query JailhouseBackend::query(const sdk::Host& host, const sdk::Partition& partition) {
    return query_now(host, partition);
}

sdk::UniqueFd JailhouseBackend::wait(const sdk::Host&, const sdk::Partition&) {
    sdk::UniqueFd fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    const itimerspec every{{0, poll_ns}, {0, poll_ns}};
    if (!fd || ::timerfd_settime(fd.get(), 0, &every, nullptr) != 0) throw sdk::os_error("timerfd");
    return fd;
}

sdk::Query JailhouseBackend::event(const sdk::Host& host, const sdk::Partition& partition, int fd) {
    std::uint64_t turns = 0;
    if (::read(fd, &turns, sizeof turns) < 0 && errno != EAGAIN) throw sdk::os_error("timerfd");
    return query_now(host, partition);
}

std::vector<sdk::Listed> JailhouseBackend::list(const sdk::Host& host) {
    const Tree tree(Settings::parse(host.settings()).sysfs);
    std::vector<sdk::Listed> out;
    const Records records(host);
    for (const std::string& name : records.names()) {
        const bool begun = has_begun(host, name);
        const auto cell = tree.cell(name);
        if (cell) out.push_back({name, state_of(*cell, begun)});
    }
    return out;
}

}  // namespace runphi::jailhouse
