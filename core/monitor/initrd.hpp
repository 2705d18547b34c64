// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/monitor/launch.hpp"

// The initramfs that we made for a Linux guest, after the engine's hooks. For other guests there is
// nothing to do.
namespace phi::monitor {

// The hooks may have written what was copied from the engine before.
void renew_engine_files(Launch& launch);

// Adds /.runphi/NAME.
void add_to_initrd(Launch& launch, const std::string& name, std::string_view content);

// It is whole; the plan has its length, the backend and its guest get it as it is now.
void seal_initrd(Launch& launch);

}  // namespace phi::monitor
