// SPDX-License-Identifier: Apache-2.0
#include "relay.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>

namespace runphi::common {

namespace {

// Nobody rings here: memory is looked at often while bytes move, and ever more seldom when none do.
constexpr int shortest_pause_ms = 1, longest_pause_ms = 20;
// Nothing tells that a state has changed, and a look may be a call of the hypervisor.
constexpr int look_every_ms = 100;
// For a monitor that does not take the last bytes, since it last took some.
constexpr int patience_ms = 10'000;
constexpr std::size_t most_watchers = 8;

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void wait_for(std::vector<pollfd>& slots, int timeout_ms) {
    if (::poll(slots.data(), slots.size(), timeout_ms) > 0) return;
    for (pollfd& one : slots) one.revents = 0;
}

}  // namespace

Relay::Relay(RelayParts parts)
    : parts_(std::move(parts)),
      peers_{Peer(std::move(parts_.console)), Peer(std::move(parts_.agent))},
      pause_ms_(shortest_pause_ms) {}

void Relay::run() {
    std::optional<End> end;
    while (!(end = find_end())) turn();
    finish(*end);
}

std::vector<pollfd> Relay::slots() const {
    const Source& source = *parts_.source;
    std::vector<pollfd> out = {
        peers_.console.slot(source.wants_console_input(), source.has_console_output()),
        peers_.agent.slot(source.wants_agent_input(), source.has_agent_output()),
        {parts_.watch.get(), POLLIN, 0}};
    for (const sdk::UniqueFd& one : watchers_) out.push_back({one.get(), 0, 0});
    return out;
}

int Relay::timeout_ms() const {
    const auto left = std::clamp<std::int64_t>(look_at_ms_ - now_ms(), 0, look_every_ms);
    return parts_.source->is_polled() ? std::min(pause_ms_, static_cast<int>(left))
                                      : static_cast<int>(left);
}

void Relay::turn() {
    std::vector<pollfd> slots = this->slots();
    wait_for(slots, timeout_ms());
    peers_.console.handle(slots[0].revents);
    peers_.agent.handle(slots[1].revents);
    look_at_watchers(slots);
    const bool moved = parts_.source->move(peers_);
    pause_ms_ = moved ? shortest_pause_ms : std::min(2 * pause_ms_, longest_pause_ms);
}

void Relay::look_at_watchers(const std::vector<pollfd>& slots) {
    for (std::size_t i = watchers_.size(); i-- > 0;) {
        if (slots[i + 3].revents != 0) {
            watchers_.erase(watchers_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    if (slots[2].revents == 0) return;
    sdk::UniqueFd one(::accept4(parts_.watch.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (one && watchers_.size() < most_watchers) watchers_.push_back(std::move(one));
}

std::optional<End> Relay::told() const {
    const auto status = parts_.source->told();
    if (!status) return std::nullopt;
    return End{false, status->exit_status,
               "the guest has ended with status " + std::to_string(status->exit_status)};
}

// What the guest tells comes before what the hypervisor does: a Linux that powers off may be
// running for ever there, or fail by the attempt.
std::optional<End> Relay::find_end() {
    if (auto end = told()) return end;
    if (now_ms() < look_at_ms_) return std::nullopt;
    look_at_ms_ = now_ms() + look_every_ms;
    auto end = parts_.watched->look();
    if (!end) return std::nullopt;
    parts_.source->end();
    if (auto better = told()) return better;
    if (!end->failed) return end;
    // Its last words are there now.
    const std::string fault = parts_.source->fault(), words = parts_.source->last_words();
    if (!fault.empty()) end->detail += "; " + fault;
    if (!words.empty()) end->detail += "; its last words: " + words;
    return end;
}

bool Relay::somebody_takes() const {
    return (parts_.source->has_console_output() && peers_.console.connected()) ||
           (parts_.source->has_agent_output() && peers_.agent.connected());
}

// On record when all is in the sockets, so that whoever sees the end finds everything before it.
void Relay::finish(const End& end) {
    parts_.source->end();
    std::int64_t until = now_ms() + patience_ms;
    while (true) {
        std::vector<pollfd> slots = this->slots();
        wait_for(slots, somebody_takes() ? longest_pause_ms : 0);
        peers_.console.handle(slots[0].revents);
        peers_.agent.handle(slots[1].revents);
        if (parts_.source->move(peers_)) {
            until = now_ms() + patience_ms;
        } else if (!somebody_takes() || now_ms() >= until) {
            break;
        }
    }
    parts_.watched->record(end);
}

}  // namespace runphi::common
