// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "../common/channel/end.hpp"

namespace runphi::jailhouse {

using common::End;

// Which cells are ours, and what they were made of: Jailhouse does not tell the configuration of a
// cell, and others make cells, too. One file a cell, from before it is made until after it is gone,
// in the host's folder for what holds until the next boot.
class Records {
  public:
    explicit Records(const sdk::Host& host) : folder_(host.cache_dir()) {}

    // Names of partitions are file names: the core sees to that, and this does again. A cell that
    // is written has not begun.
    void write(const std::string& name, const std::string& config) const;
    void remove(const std::string& name) const;  // gone is fine
    bool has(const std::string& name) const;
    std::vector<std::string> names() const;
    std::string config(const std::string& name) const;  // empty if there is none

    // Is the cell past its creation? One that is shut down has ended then, and waits to be started
    // before. While it is `starting`, a command is at that, or has died of it.
    enum class Begin { waits, starting, begun };
    void set_begin(const std::string& name, Begin begin) const;  // not `waits`
    Begin begin(const std::string& name) const;
    // The answer. To be asked before the cell is looked at, which then is as it was at that time or
    // later: while somebody starts it, it has not begun, and is shut down until then.
    bool has_begun(const std::string& name) const;

    // The process that carries its console and its channel, and how that has seen it end.
    void write_relay(const std::string& name, const sdk::ProcessId& relay) const;
    std::optional<sdk::ProcessId> relay(const std::string& name) const;
    void write_end(const std::string& name, const End& end) const;
    std::optional<End> end(const std::string& name) const;

  private:
    void write_whole(const std::string& file, const std::string& name,
                     std::string_view bytes) const;
    std::string read(const std::string& file) const;  // empty if there is none
    std::string path(const std::string& name, std::string_view suffix) const;

    std::string folder_;
};

}  // namespace runphi::jailhouse
