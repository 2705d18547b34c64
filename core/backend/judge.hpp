// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/settings/settings.hpp"

namespace phi::backend {

// An installed backend, and whether this machine is one for it.
struct Judged {
    std::string id;
    std::string name;  // for people
    bool present = false;
    std::string finding;  // what was looked at and found
};

// All of them, in the order in which they are asked: the manifests' hints say whether one can fit,
// its own probe whether it does. One that is broken is not present, and its finding says why.
std::vector<Judged> judge_all(const Settings& settings);

// What create would take: the configured one, or the first that is present; nullptr: none.
const Judged* chosen(const std::vector<Judged>& judged, const Settings& settings);

}  // namespace phi::backend
