// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "core/oci/spec.hpp"

namespace phi::oci {

// How much of what a hook prints is kept, of each of its two streams.
inline constexpr std::size_t hook_output_max = 16U << 10;

struct HookOutcome {
    bool timed_out = false;
    int wait_status = 0;  // as waitpid(2) has it
    std::string out;      // the first hook_output_max bytes
    std::string err;
};

// Runs one hook to its end, or kills it when its time is up.
HookOutcome run_hook_process(const Hook& hook, const std::string& state_json, int bundle_fd);

}  // namespace phi::oci
