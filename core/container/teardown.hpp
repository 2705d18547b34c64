// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/backend/backend.hpp"
#include "core/container/store.hpp"

// The one way back. A failed create, delete, delete --force and recovery all run it, so that there
// is one list of undos and each is exercised every day. Every step is idempotent: a crash in the
// middle is finished by the next run.
namespace phi::container {

// The name of the plan in the container's directory: configID.conf.
std::string plan_file(const Record& record);

// The container as its backend knows it.
backend::Partition partition_of(const Container& container);

// Ends the monitor if it lives, destroys the partition, unmounts, removes the cgroups that we made,
// frees the grants and removes the directory. The container must be locked. `loaded` saves loading
// the backend a second time. Throws only if the backend cannot give the hardware back: then the
// grants stay held.
void tear_down(Container& container, const Settings& settings,
               const backend::Backend* loaded = nullptr);

// Kills the monitor and waits until it is gone.
void end_monitor(const Container& container);

struct Recovered {
    std::string dir;   // the container's directory
    std::string what;  // one line for people
};

// Tears down every container whose create died half-way, and forgets those of an earlier boot.
// Skips what is locked by a living process.
std::vector<Recovered> recover_all(const Settings& settings);

}  // namespace phi::container
