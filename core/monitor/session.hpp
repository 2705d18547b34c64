// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "core/monitor/agent.hpp"
#include "core/monitor/console.hpp"
#include "core/monitor/launch.hpp"
#include "core/monitor/pump.hpp"

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
    void set_up_stdio();

    void poll_once(Sync& sync);
    int poll_timeout() const;
    void check_deadlines();

    void take_signals();
    void take_signal(int signal);
    void ask_to_stop(int signal);
    void force_stop(int signal) noexcept;
    void resize_console();
    static void reap();

    void take_event();
    void take_frame(std::uint8_t type, std::string_view payload);
    void read_agent();
    void write_agent();
    void send(std::string frame);
    void console_input_ended();
    bool guest_listens() const;
    bool agent_may_write() const;

    void drain_agent();
    void drain_console();
    int decide_status() const;
    void leave_status(int status) const;
    void undo() noexcept;

    Launch& launch_;
    backend::Partition partition_;
    UniqueFd signals_;
    UniqueFd state_;    // of lifecycle.wait
    UniqueFd console_;  // empty: this backend has none
    UniqueFd agent_;
    Pty pty_;  // empty without a terminal
    std::optional<Pump> out_;
    std::optional<Pump> in_;

    FrameReader frames_;
    std::string to_agent_;
    bool has_agent_ = false;  // there was an agent channel, even if it is closed by now
    bool hello_ = false;      // the guest reads its agent channel
    bool input_end_told_ = false;

    std::optional<int> told_status_;  // by the guest
    std::optional<int> forced_;       // the signal for which we ended it
    backend::Status end_;
    bool ended_ = false;
    bool committed_ = false;
    Deadline stop_by_ = Deadline::never();  // asked to shut down: until then
    Deadline off_by_ = Deadline::never();   // said its exit status: powered off until then
};

}  // namespace phi::monitor
