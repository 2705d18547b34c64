// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "effect_tracer.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

// A node with one container, "c", that is killed and looked at. What only the backend knows, a
// derived fixture tells.
class Sweep : public ::testing::Test {
  protected:
    Sweep(const std::string& backend, const std::string& settings = "");

    // Runs a command that has to succeed.
    void ok(const std::vector<std::string>& args);
    // Into the file `output()`, which the guest then has, too.
    void create();
    // A container that runs.
    void start();
    std::string output() const { return node_.dir() + "/output"; }
    Trace traced(const std::vector<std::string>& args, TraceOptions options);
    // The status that `state` tells, or "absent".
    std::string status();

    // The truth, as far as it can be seen from outside. `told`: what `state` tells.
    virtual void expect_truth(const std::string& told, const std::string& where) = 0;
    // Nothing is left on the other side of the backend.
    virtual void expect_nothing_left(const std::string& where) = 0;
    void expect_clean_after_delete(const std::string& where);

    // Counts the effects of the victim, then runs the command once for each, the victim dying
    // there.
    void sweep(const std::vector<std::string>& args, Victim victim,
               const std::function<void()>& before, unsigned at_least);
    void sweep_create(unsigned at_least);
    void sweep_start(unsigned at_least);
    void sweep_kill(unsigned at_least);
    void sweep_delete(unsigned at_least);
    // The monitor dies while create makes it; create itself then fails or not, but never hangs, and
    // leaves nothing that delete does not remove.
    void sweep_monitor();

    Sandbox node_;
    std::string bundle_;       // of the container, made by the derived fixture
    std::string whole_board_;  // before there was any container; the same
};

}  // namespace phi::test
