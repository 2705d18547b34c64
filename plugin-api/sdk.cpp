// SPDX-License-Identifier: Apache-2.0
// The SDK's functions, compiled once for everything here that is more than one file.
#include <runphi/sdk/bodies.hpp>
