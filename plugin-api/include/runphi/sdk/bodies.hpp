// SPDX-License-Identifier: Apache-2.0
#pragma once

// What runphi/sdk/linkage.hpp tells about.
#include <runphi/sdk/bodies/error.hpp>
#include <runphi/sdk/bodies/json.hpp>
#include <runphi/sdk/bodies/kernel_parameters.hpp>
#include <runphi/sdk/bodies/plan.hpp>
#include <runphi/sdk/bodies/process.hpp>
