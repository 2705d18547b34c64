// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "plugins/bao/window/window.hpp"
#include "slot.hpp"

namespace fake_bao {

// A Bao machine as its root VM sees it: the device tree, the slot table, and memory with the slots'
// windows in it, all in a folder. Slot s0 has 1 MiB and CPU 2, slot s1 2 MiB, CPUs 3 and 4, the
// device "uart1" and the channel "link". Guest g0 has 8 MiB, CPU 5, and at first nobody.
class Machine {
  public:
    explicit Machine(std::string folder);
    ~Machine();

    // For backend_settings.bao; `more` are further members: ", \"stop_ms\": 100".
    std::string settings(const std::string& more = "") const;
    runphi::bao::SlotTable& table() { return table_; }
    Slot& slot(const std::string& name) { return *slots_.at(name); }
    runphi::bao::Window window(const std::string& name) const;
    runphi::bao::SlotState state(const std::string& name) const;
    // No slot has anything of a guest.
    bool is_clean() const;
    // Writes over the status page, as a hostile guest does.
    void spoil(const std::string& name);
    // Every stub is booted anew, as by the board's reset, and the boot has another name.
    void boot();
    // Files of the boot medium; of one that is not there, nothing.
    void put_on_medium(const std::string& file, const std::string& bytes);
    std::string on_medium(const std::string& file) const;
    // The guest's image waits, and there is nothing else.
    bool medium_is_idle() const;
    std::string medium() const { return folder_ + "/medium"; }

  private:
    std::string memory() const { return folder_ + "/memory"; }
    void write_tree() const;
    void name_boot();

    std::string folder_;
    runphi::bao::SlotTable table_;
    std::uint8_t* windows_ = nullptr;
    std::size_t size_ = 0;
    unsigned boots_ = 0;
    std::map<std::string, std::unique_ptr<Slot>> slots_;
};

}  // namespace fake_bao
