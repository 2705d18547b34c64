// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace runphi::jailhouse {

// Columns for people: each as wide as its widest cell, the last one ragged.
class Table {
  public:
    explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}

    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.size() == 1; }
    // Every line indented by four spaces.
    std::string text() const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

// "4 KiB", "1 MiB", "100 B": exact, in the largest unit.
std::string size_text(std::uint64_t bytes);
// What a file may hold, for a terminal: without bytes that would do something there.
std::string visible(const std::string& text);

}  // namespace runphi::jailhouse
