// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace phi::test {

// "Inmate", "HasItsOutputAndStatus" -> "inmate: has its output and status". A word of capitals
// alone stays as it is: "KillTERM" -> "kill TERM".
std::string scenario_name(const std::string& suite, const std::string& test);

// One line a scenario, when it has ended: "ok MS NAME" or "FAILED NAME: WHY". What else there is to
// say about a failure follows, each line behind "  | ".
class Report : public testing::EmptyTestEventListener {
    void OnTestStart(const testing::TestInfo& scenario) override;
    void OnTestPartResult(const testing::TestPartResult& part) override;
    void OnTestEnd(const testing::TestInfo& scenario) override;

    std::chrono::steady_clock::time_point begin_;
    std::string why_;
};

// A line of the report that is no scenario's end: "# TEXT".
void remark(const std::string& text);

}  // namespace phi::test
