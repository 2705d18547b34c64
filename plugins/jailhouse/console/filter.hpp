// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace runphi::jailhouse {

// The hypervisor's console as it is read, taken apart into what a cell has printed and what the
// hypervisor says itself. The two are one stream of characters: a line of the hypervisor's may
// stand in the middle of the cell's. It is recognized by its words, and must be whole; what only
// begins like one is the cell's. Of a cell that faults the hypervisor prints a page of registers,
// which ends with "Parking CPU".
//
// A line of the cell's own, `runphi: exit N` with N from 0 to 255, ends it with that status. It is
// not printed, and neither is anything behind it.
class ConsoleFilter {
  public:
    explicit ConsoleFilter(std::string cell) : cell_(std::move(cell)) {}

    // Appends to `text` what the cell has printed.
    void feed(std::string_view bytes, std::string& text);
    // Nothing more has come for a while, or will: what stood open is the cell's.
    void flush(std::string& text);

    bool holds() const { return !held_.empty(); }
    std::optional<int> exit_status() const { return exit_status_; }
    // The first line of the last fault of this cell that the hypervisor has told.
    const std::string& fault() const { return fault_; }
    // The end of what the cell has printed.
    const std::string& tail() const { return tail_; }

  private:
    enum class Verdict { undecided, text, hypervisor, fault, exit };
    Verdict judge() const;
    Verdict judge_line(std::string_view contains) const;
    Verdict judge_fault() const;
    Verdict judge_exit() const;
    bool line_begins() const { return last_ == '\n'; }
    // Acts on what is held until it stands open again; `verdict` is of all of it.
    void settle(std::string& text, Verdict verdict);
    void give(std::string& text, char byte);

    std::string cell_, held_;
    char last_ = '\n';    // that was given
    bool peers_ = false;  // lines that name peers of shared memory may follow
    std::optional<int> exit_status_;
    std::string fault_, tail_;
};

}  // namespace runphi::jailhouse
