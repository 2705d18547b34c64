// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>

#include "domain/config.hpp"

namespace runphi::xen {

// Annotations that are this backend's own, org.runphi.xen.*: plan.request.options.
struct Options {
    std::string cpupool;    // org.runphi.xen.cpupool
    Scheduling scheduling;  // org.runphi.xen.sched, sched-weight, -cap, -period, -budget
};

// Throws Error(invalid) for one that is unknown, out of range, or does not fit the others.
Options read_options(const sdk::Plan& plan);

}  // namespace runphi::xen
