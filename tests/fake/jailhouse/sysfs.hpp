// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fake/jailhouse/machine.hpp"

namespace fake_jailhouse {

// Makes `folder` what /sys/devices/jailhouse would be, as files.
void publish(const Machine& machine, const std::string& folder);

}  // namespace fake_jailhouse
