// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

namespace runphi::jailhouse {

// What is at the path of the driver's device: a character device, or a connection to a socket of
// root's, behind which a model of the driver answers (tests/fake/jailhouse).
struct DriverNode {
    sdk::UniqueFd fd;
    bool is_model = false;
};

// `flags`: of open(2) for the device. Throws Error for anything else.
DriverNode open_driver_node(const std::string& path, int flags);

}  // namespace runphi::jailhouse
