// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "../common/cable.hpp"
#include "domain/config.hpp"

// The interfaces of a container's network namespace, joined to its guest: beside each lies a vif,
// the end in dom0 of a network card of the domain, which xen-netback makes in dom0's own namespace
// and the helper brings here.
namespace runphi::xen {

// The vifs of plan.interfaces, with the names that they get in the namespace. Throws
// Error(unsupported) for what a vif cannot be.
std::vector<Vif> container_vifs(const sdk::Plan& plan);

class ContainerNetwork {
  public:
    // This process is in the namespace, if the plan has interfaces; without any there is nothing to
    // do. Claims them, and keeps others of us from the namespace as long as this lives. Throws
    // Error(busy) naming who has one.
    ContainerNetwork(const sdk::Plan& plan, common::Deadline deadline);

    // -1: there is nothing to do.
    int descriptor() const { return opened_ ? opened_.get() : -1; }
    // Once the helper has brought the vifs.
    void join(const sdk::Plan& plan);

  private:
    sdk::UniqueFd opened_;
    std::optional<common::Rtnetlink> netlink_;
    std::vector<common::LinkRow> claimed_;
};

// Gives the interfaces back to the namespace, if it still is there. Idempotent.
void leave_network(const sdk::Plan& plan, common::Deadline deadline);

}  // namespace runphi::xen
