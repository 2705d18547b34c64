// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../domain/config.hpp"

// What scripts of Xen's do elsewhere: dom0's ends of a domain's network cards and of its disk.
// Before the domain runs. All of these throw Error.
namespace runphi::xen {

// This process is in a container's network namespace until here. xen-netback makes each vif, as
// "vifDOMID.NUMBER", in the namespace of dom0 itself, where Xen's scripts look for it.
void enter_network_of_dom0();

// Brings the vifs that are meant for the namespace `target` there, with their new names.
void hand_over_vifs(std::uint32_t domid, const NetPart& net, int target);

// Tells xen-blkback which block device is the domain's disk. It opens it by its number.
void hand_over_disk(std::uint32_t domid, int device);

}  // namespace runphi::xen
