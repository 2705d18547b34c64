// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/unique_fd.hpp"

namespace phi::boot {

// A file that the engine writes for this one container, copied into the initramfs. The engine's
// hooks may write it once more: Docker's name server is known only then.
struct EngineFile {
    UniqueFd source;          // O_PATH
    std::string destination;  // as the config has it: "/etc/resolv.conf"
    std::string place;        // where that is in the initramfs, without the leading slash
};

// What it says now. Throws Error(invalid) for more than 1 MiB.
std::string read_engine_file(const EngineFile& file);

// Replaces the copy in a packed initramfs.
void append_engine_file(int initramfs, const EngineFile& file);

}  // namespace phi::boot
