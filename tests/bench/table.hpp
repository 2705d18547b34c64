// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contest.hpp"

namespace phi::bench {

// What runPHI promises: its median is at most `most` times that of `against`.
struct Limit {
    std::string against;
    double most;
    std::string words;  // as the requirement says it
};

// Collects results and prints them as a Markdown table.
class Table {
  public:
    // The first contestant is the one that all are compared with, and that limits are about.
    void add(const std::string& title, const std::vector<Contestant>& contestants,
             const std::vector<Limit>& limits = {});
    // A figure that is no time, with what it may be at most.
    void add_figure(const std::string& title, const std::string& name, double value,
                    const std::string& unit, std::optional<double> most = {});
    void add_missing(const std::string& title, const std::string& name, const std::string& why,
                     bool required);

    void print() const;
    // Limits that were missed, or could not be looked at because we did not run.
    unsigned missed() const { return missed_; }

  private:
    void add_row(const std::vector<std::string>& cells);
    std::string judge(const Contestant& ours, const Contestant& other,
                      const std::vector<Limit>& limits);

    std::vector<std::string> rows_;
    unsigned missed_ = 0;
};

}  // namespace phi::bench
