// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rtnetlink.hpp"

// What leads the traffic of a container's interface to its guest: on the interface and on the
// guest's tap an ingress queue with one filter, which matches every frame and sends it out of the
// other (tc(8): ingress, u32, mirred). It takes frames before the namespace's own kernel sees them:
// no ARP, no ping and no connection is answered there, although the interface keeps its address.
namespace runphi::common {

// 64-bit FNV-1a, for short names.
std::uint64_t hash_of(const std::string& text);

// Whose a filter is, on its action: 8 bytes that say runPHI, and 8 that tell the partition.
using Mark = std::array<std::uint8_t, 16>;
Mark mark_for(const std::string& partition);

// The messages. `index`: of an interface.
runphi_nl_message add_ingress(unsigned index);
runphi_nl_message remove_ingress(unsigned index);
runphi_nl_message redirect(unsigned from, unsigned to, const Mark& mark);
// What the namespace's kernel gets as well as the guest, before anything is led away: for a name
// server in the namespace that asks others. IPv4 only.
runphi_nl_message copy_arp_replies(unsigned from, unsigned to, const Mark& mark);
runphi_nl_message copy_name_answers(unsigned from, unsigned to, const Mark& mark);
runphi_nl_message get_filters(unsigned index);
runphi_nl_message get_queues();

// One filter of an ingress queue.
struct Filter {
    std::optional<Mark> mark;  // of ours
    unsigned to = 0;           // where it sends frames; 0: that interface is gone
};
std::optional<Filter> parse_filter(const nlmsghdr* message);
// The interface, if the message tells of an ingress queue.
std::optional<unsigned> parse_ingress(const nlmsghdr* message);

}  // namespace runphi::common
