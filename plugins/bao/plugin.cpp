// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

RUNPHI_EXPORT_BACKEND(runphi::bao::BaoBackend);
