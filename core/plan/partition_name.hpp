// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace phi::plan {

// The name of a container's partition in the hypervisor, unique on this machine: the id when it has
// at most `name_max` bytes (at least 20), only letters, digits and _.- , and nobody has it yet;
// else the first letters of the id and a hash over root and id. Never a cut id, which could be
// another container's. `taken` tells whether a partition of this name exists already. An id of
// digits only is not taken as it is: the hypervisors' tools read it as their own number of a
// partition.
std::string partition_name(const std::string& id, const std::string& root, unsigned name_max,
                           const std::function<bool(const std::string&)>& taken);

}  // namespace phi::plan
