// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "core/monitor/acts.hpp"
#include "core/monitor/guest_agent.hpp"
#include "core/monitor/launch.hpp"
#include "core/monitor/stdio.hpp"

namespace phi::monitor {

// The life of one partition, in the monitor: made, watched to its end, its exit status told.
class Session {
  public:
    Session(Launch& launch, UniqueFd signals);

    // Mounts, creates, opens the channels and hands the terminal over. Throws, with nothing left
    // behind.
    void make_partition();
    // Carries console, signals and agent until the partition has ended; returns the exit status. If
    // create dies before it says commit, takes the partition away again.
    int run(Sync& sync);

  private:
    void create();
    void open_channels();

    void poll_once(Sync& sync);
    void hear_creator(Sync& sync);
    int poll_timeout() const;
    void check_deadlines();
    void take_event();

    // session_signals.cpp
    void take_signals();
    void take_signal(int signal);
    void ask_to_stop(int signal);
    void force_stop(int signal) noexcept;
    void resize_console();
    static void reap();

    int decide_status() const;
    void leave_status(int status) const;
    void undo() noexcept;

    Launch& launch_;
    backend::Partition partition_;
    UniqueFd signals_;
    UniqueFd state_;  // of lifecycle.wait
    Stdio stdio_;
    GuestAgent agent_;
    Acts acts_;
    PollSet polled_;

    std::optional<int> forced_;  // the signal for which we ended it
    backend::Status end_;
    bool ended_ = false;
    bool committed_ = false;
    Deadline stop_by_ = Deadline::never();  // asked to shut down: until then
};

// A call of the backend that the monitor makes may take this long.
inline constexpr auto backend_call_limit = std::chrono::seconds(20);

}  // namespace phi::monitor
