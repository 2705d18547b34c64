// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/settings/settings.hpp"

// The original runc, which runs what is not ours.
namespace phi::forward {

struct Vanilla {
    std::string path;  // absolute; empty: there is none
    // What was looked at and why it would not do, one text a place, for messages.
    std::vector<std::string> rejected;
};

// settings.runc if that is set, else the first of the usual places that holds an executable which
// is not runphi. The environment is not asked: clients call us without a PATH.
Vanilla find_vanilla(const Settings& settings);

// Becomes the vanilla runc: same argv (argv[0] too), descriptors and environment. Returns only by
// throwing.
[[noreturn]] void hand_over(const Vanilla& vanilla, char* const argv[]);

// What to tell somebody whose container is not ours when there is no runc to run it. `bundle` is as
// the caller gave it.
[[noreturn]] void refuse_foreign(const Vanilla& vanilla, const std::string& bundle);

}  // namespace phi::forward
