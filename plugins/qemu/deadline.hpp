// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../common/deadline.hpp"

namespace runphi::qemu {

using common::Deadline;

}  // namespace runphi::qemu
