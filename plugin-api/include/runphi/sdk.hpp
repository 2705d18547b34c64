// SPDX-License-Identifier: Apache-2.0
#pragma once

// The C++ way to write a runPHI backend, headers only. Derive from runphi::sdk::Backend, override
// what the hypervisor supports, and write RUNPHI_EXPORT_BACKEND(MyBackend) in one source file. The
// C contract below it is runphi/abi.h; no C++ type crosses it.

#include <runphi/sdk/backend.hpp>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/export.hpp>
#include <runphi/sdk/host.hpp>
#include <runphi/sdk/json.hpp>
#include <runphi/sdk/plan.hpp>
#include <runphi/sdk/process.hpp>
#include <runphi/sdk/values.hpp>
