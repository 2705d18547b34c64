// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "../domain/config.hpp"
#include "owned.hpp"

// What libxl is handed.
namespace runphi::xen {

using LibxlConfig =
    Owned<libxl_domain_config, libxl_domain_config_init, libxl_domain_config_dispose>;
using Bitmap = Owned<libxl_bitmap, libxl_bitmap_init, libxl_bitmap_dispose>;
using SchedulerParameters = Owned<libxl_domain_sched_params, libxl_domain_sched_params_init,
                                  libxl_domain_sched_params_dispose>;

// `out` is initialised. `machine_cpus`: one more than the highest number of a CPU. No call of
// libxl's that needs the hypervisor. Throws Error(invalid) for a CPU that the machine has not got.
void build_config(const DomainConfig& domain, unsigned machine_cpus, libxl_domain_config* out);
// The map is new memory, which libxl frees.
void fill_bitmap(libxl_bitmap* out, unsigned bits, const std::vector<unsigned>& set);
// False if there is nothing to set.
bool set_scheduling(libxl_domain_sched_params* out, const Scheduling& how);

}  // namespace runphi::xen
