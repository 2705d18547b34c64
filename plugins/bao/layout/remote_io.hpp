// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layout.hpp"

namespace runphi::bao {

// Gives the VMs their ends of the request's remote I/O devices, when all else that they see is
// placed and the devices' memory is in the layout. Throws Error: not_found for a VM that the
// request does not have, no_resource where a frontend has no room for registers.
void attach_remote_io(const LayoutRequest& request, Layout& layout);

}  // namespace runphi::bao
