// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi::backend {

// Opens a library by its absolute path and finds its entry, a data symbol. Nothing of the plugin is
// called. The library stays until the process ends: its code may be on the stack, and its tables
// are promised to live that long. Throws Error(invalid) with the loader's words.
const void* load_entry(const std::string& absolute_path);

}  // namespace phi::backend
