// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/guest_agent.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::monitor {

namespace {

using std::chrono::seconds;

// A guest that has told its status and does not power off is not waited for longer.
constexpr auto power_off_limit = seconds(10);
constexpr auto call_limit = seconds(20);

}  // namespace

GuestAgent::GuestAgent(const Launch& launch, const backend::Partition& partition)
    : launch_(launch),
      partition_(partition),
      agent_([this](std::uint8_t type, std::string_view payload) {
          take_frame(agent_, type, payload);
      }),
      sessions_([this](std::uint8_t type, std::string_view payload) {
          take_frame(sessions_, type, payload);
      }),
      lookups_(launch.resolvers, agent_) {}

void GuestAgent::open() {
    if (!launch_.backend.can(RUNPHI_CAP_AGENT)) return;
    agent_.open(launch_.backend.agent(partition_));
    present_ = true;
    exchange_.listen(partition_.dir_fd);
    if (launch_.kind != boot::Kind::linux) exchange_.refuse(guest_name());
}

std::string GuestAgent::guest_name() const {
    return launch_.kind == boot::Kind::inmate
               ? "the container runs an inmate, which has no processes"
               : "the container runs a kernel of its own, without runPHI's agent";
}

bool GuestAgent::listens() const {
    return greeted() || launch_.kind != boot::Kind::linux;
}

void GuestAgent::add_to(PollSet& set) {
    agent_.add_to(set, listens());
    sessions_.add_to(set, true);
    exchange_.add_to(set);
    lookups_.add_to(set);
}

// The lookups that were waited for come before what the guest says now.
void GuestAgent::handle(const PollSet& set) {
    lookups_.handle(set);
    agent_.handle(set);
    sessions_.handle(set);
    exchange_.handle(set);
    if (exchange_.wanted() && version_ >= RUNPHI_AGENT_VERSION_SESSIONS && !asked_) {
        ask_for_sessions();
    }
}

// Not before somebody wants one: the guest loads a driver for them.
void GuestAgent::ask_for_sessions() {
    asked_ = true;
    if (launch_.backend.can(RUNPHI_CAP_SESSIONS)) {
        try {
            launch_.backend.set_deadline(Deadline::in(call_limit));
            sessions_.open(launch_.backend.sessions(partition_));
        } catch (const Error& error) {
            log::debug("monitor: no channel for sessions: " + error.message());
        }
    }
    agent_.send(frame(RUNPHI_AGENT_SESSIONS, std::string(1, RUNPHI_AGENT_VERSION)));
}

void GuestAgent::take_frame(Link& from, std::uint8_t type, std::string_view payload) {
    if (type == RUNPHI_AGENT_HELLO) {
        take_hello(payload);
    } else if (type == RUNPHI_AGENT_EXIT && payload.size() == 1 && !told_status_) {
        told_status_ = static_cast<unsigned char>(payload[0]);
        off_by_ = Deadline::in(power_off_limit);
    } else if (type == RUNPHI_AGENT_ERROR && !std::exchange(complained_, true)) {
        // Once: a guest must not fill the host's log.
        log::warn("container " + launch_.container.record.id + ": the guest says " +
                  quoted(payload));
    } else if (type == RUNPHI_AGENT_READY && asked_ && !exchange_.is_open()) {
        exchange_.open(&from);
    } else if (type == RUNPHI_AGENT_LOOKUP) {
        lookups_.take(payload);
    } else {
        exchange_.from_guest(type, payload);
    }
}

Deadline GuestAgent::deadline() const {
    const Deadline waiting = exchange_.deadline();
    const Deadline asked = lookups_.deadline();
    return asked.remaining_ms() < waiting.remaining_ms() ? asked : waiting;
}

void GuestAgent::take_hello(std::string_view payload) {
    if (greeted() || payload.empty() || payload[0] == 0) return;
    version_ = static_cast<unsigned char>(payload[0]);
    exchange_.refuse(version_ >= RUNPHI_AGENT_VERSION_SESSIONS ? "" : guest_name());
}

void GuestAgent::drain() {
    agent_.drain();
    sessions_.drain();
}

}  // namespace phi::monitor
