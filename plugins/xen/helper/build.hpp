// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../domain/config.hpp"
#include "xl.hpp"

// What libxl is handed.
namespace runphi::xen {

using LibxlConfig =
    Owned<libxl_domain_config, libxl_domain_config_init, libxl_domain_config_dispose>;
using Bitmap = Owned<libxl_bitmap, libxl_bitmap_init, libxl_bitmap_dispose>;
using SchedulerParameters = Owned<libxl_domain_sched_params, libxl_domain_sched_params_init,
                                  libxl_domain_sched_params_dispose>;

// `out` is initialised.
void build_config(Xl& xl, const DomainConfig& domain, libxl_domain_config* out);
// False if there is nothing to set.
bool set_scheduling(libxl_domain_sched_params* out, const Scheduling& how);

}  // namespace runphi::xen
