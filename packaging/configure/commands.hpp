// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.hpp"

// The three things that runphi-configure does. Each prints what it does, returns the exit status,
// and throws Error for what stops it, when everything is as it was before.
namespace phi::configure {

int install(const Options& options);
int check(const Options& options);
int restore(const Options& options);

}  // namespace phi::configure
