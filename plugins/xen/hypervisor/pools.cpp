// SPDX-License-Identifier: Apache-2.0
#include "pools.hpp"

namespace runphi::xen {

namespace {

// Who makes a pool writes its name there. The first one Xen has made itself, and libxl calls it so.
std::string name_of(XenStore& store, std::uint32_t pool) {
    const auto name = store.read("/local/pool/" + std::to_string(pool) + "/name");
    return name.value_or(pool == 0 ? "Pool-0" : "");
}

}  // namespace

std::vector<CpuPool> read_pools(const Hypervisor& hypervisor, XenStore& store) {
    std::vector<CpuPool> out;
    for (Hypervisor::Pool& one : hypervisor.pools()) {
        out.push_back({name_of(store, one.id), std::move(one.scheduler), std::move(one.cpus)});
    }
    return out;
}

}  // namespace runphi::xen
