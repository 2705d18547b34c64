// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include "../../common/channel/source.hpp"
#include "../driver/console.hpp"
#include "filter.hpp"

namespace runphi::jailhouse {

using common::Peer;
using common::Peers;
using common::Source;
using common::Told;

// The hypervisor's console, for the one cell that may use it. It cannot be held up: the hypervisor
// keeps 2 KiB and writes over them. So what the monitor does not take stands here, and when that
// becomes too much the newest is dropped, and the console says how much.
class ConsoleSource : public Source {
  public:
    // `cell`: its name. What the console holds already was for others.
    ConsoleSource(std::unique_ptr<ConsoleReader> console, const std::string& cell);

    bool has_console_output() const override { return !text_.empty(); }
    bool move(Peers& peers) override;
    void end() override;
    std::optional<Told> told() const override;
    std::string fault() const override;
    std::string last_words() const override;
    bool is_polled() const override { return true; }

  private:
    using Clock = std::chrono::steady_clock;

    bool read_some();
    void keep(std::string_view text);
    bool write_some(Peer& peer);

    std::unique_ptr<ConsoleReader> console_;
    ConsoleFilter filter_;
    std::string text_;
    std::size_t lost_ = 0;
    Clock::time_point came_at_ = Clock::now();
};

}  // namespace runphi::jailhouse
