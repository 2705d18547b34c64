// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "core/monitor/exchange.hpp"
#include "core/monitor/launch.hpp"
#include "core/monitor/link.hpp"
#include "core/monitor/lookups.hpp"

namespace phi::monitor {

// What the guest and the monitor say to each other: the container's own frames, and the sessions of
// those who come to the control socket, and what the guest asks the container's name servers.
class GuestAgent {
  public:
    GuestAgent(const Launch& launch, const backend::Partition& partition);

    // Opens the channel and the control socket, if the backend has an agent channel.
    void open();
    // There was a channel, even if it is closed by now.
    bool present() const { return present_; }
    bool connected() const { return agent_.is_open(); }
    // The guest has said hello.
    bool greeted() const { return version_ != 0; }
    // The guest reads its channels. A serial port that no driver has opened drops what it gets: a
    // Linux guest must have said hello first.
    bool listens() const;
    void send(std::string_view frame) { agent_.send(frame); }

    // What the guest has told as its exit status.
    std::optional<int> told_status() const { return told_status_; }
    // Having told it, it should have powered off by then.
    Deadline off_by() const { return off_by_; }
    void stop_waiting() { off_by_ = Deadline::never(); }

    void add_to(PollSet& set);
    void handle(const PollSet& set);
    Deadline deadline() const;
    // The end may be seen before what the guest said just before it. All of that is here by now.
    void drain();

  private:
    void take_frame(Link& from, std::uint8_t type, std::string_view payload);
    void take_hello(std::string_view payload);
    void ask_for_sessions();
    std::string guest_name() const;

    const Launch& launch_;
    const backend::Partition& partition_;
    Link agent_;
    Link sessions_;  // a channel of their own, where the backend has one
    Exchange exchange_;
    Lookups lookups_;
    bool present_ = false;
    bool asked_ = false;
    bool complained_ = false;  // the guest has told why its workload could not be started
    unsigned version_ = 0;     // of the guest; 0: it has not said hello
    std::optional<int> told_status_;
    Deadline off_by_ = Deadline::never();
};

}  // namespace phi::monitor
