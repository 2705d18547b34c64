// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "checks.hpp"

namespace check {

inline bool ended(runphi::sdk::State state) {
    using runphi::sdk::State;
    return state == State::absent || state == State::stopped || state == State::failed;
}

// What mount and unmount, stop and others may answer.
inline void require_ok_or_unsupported(const Outcome& outcome, const char* what) {
    if (outcome.code != RUNPHI_UNSUPPORTED) outcome.expect_ok(what);
}

// The partition that is looked at, made by one plan, in a folder of its own.
class Subject {
  public:
    Subject(Bench& bench, std::string plan);

    Bench& bench() const { return bench_; }
    const runphi_lifecycle& table() const { return *bench_.tables.lifecycle; }
    const std::string& plan() const { return plan_; }

    Place place(const std::string& handle = {}) const;
    // As it is after a crash: nothing is left of it but its name.
    Place name_only() const;

    runphi::sdk::State state(const Place& of) const;
    // Throws Failure unless the call succeeds.
    void run(runphi_partition_fn function, const Place& on, const char* what) const;
    void expect(const Place& of, runphi::sdk::State wanted) const;
    void expect_absent() const;
    // destroy, and nothing is left.
    void remove(const Place& here) const;

  private:
    Bench& bench_;
    std::string plan_;
    std::string dir_;
    runphi::sdk::UniqueFd dir_fd_;
};

// update of a running partition: refused is what it cannot, and the rest is done.
void check_update(const Subject& subject, const Place& here, const std::vector<BootImage>& images);
void check_update_of_nothing(const Subject& subject, const Place& gone);

}  // namespace check
