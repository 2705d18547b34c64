// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "deadline.hpp"
#include "link.hpp"
#include "network_namespace.hpp"

// The interfaces of a container's network namespace, joined to its guest. Beside each lies a device
// of the backend's, whose other end is the guest, and both have an ingress queue (traffic.hpp) by
// which the frames of the one are sent out of the other.
namespace runphi::common {

// "rphi3f2a90b100": of this partition, and no other's in one namespace.
std::string device_name(const std::string& partition, std::size_t number);
// What people see behind the device's name, and what tells it from one whose name happens to be
// equal.
std::string device_alias(const std::string& partition);

// The namespace of plan.network, locked. Throws Error(not_found, busy).
sdk::UniqueFd open_planned_namespace(const sdk::Plan& plan, Deadline deadline);

// All of the following talk about that namespace.

// The interface has a queue of ours, and nobody else's. Throws Error(busy) naming who has it.
LinkRow claim(Rtnetlink& netlink, const sdk::NetworkInterface& interface);
// Joins a claimed one, plan.interfaces[number], to the device.
void join(Rtnetlink& netlink, const sdk::Plan& plan, std::size_t number, const LinkRow& link,
          const LinkRow& device, const std::string& partition);
// Takes the queues of the partition away. Idempotent.
void give_back(Rtnetlink& netlink, const sdk::Plan& plan, const std::string& partition);

}  // namespace runphi::common
