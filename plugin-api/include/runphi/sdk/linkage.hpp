// SPDX-License-Identifier: Apache-2.0
#pragma once

// The SDK is headers only, so that a backend of one file needs nothing else. A plugin of many files
// would compile the same functions many times: it defines RUNPHI_SDK_COMPILED for all of them, and
// includes runphi/sdk/bodies.hpp in one.
#ifdef RUNPHI_SDK_COMPILED
#define RUNPHI_SDK_FUNCTION
#else
#define RUNPHI_SDK_FUNCTION inline
#endif
