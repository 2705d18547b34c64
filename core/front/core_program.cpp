// SPDX-License-Identifier: Apache-2.0
#include "core/front/core_program.hpp"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::front {

std::string core_program(const std::string& own_path) {
    std::string prefix = own_path;
    for (int level = 0; level < 2; ++level)
        prefix.erase(std::min(prefix.rfind('/'), prefix.size()));
    return prefix + "/libexec/runphi/runphi-core";
}

void become_core(char* const argv[]) {
    // Links are resolved in it: the place that was installed, whatever name we were called by.
    std::array<char, PATH_MAX> own;
    const ssize_t length = ::readlink("/proc/self/exe", own.data(), own.size());
    if (length < 0)
        throw Error(errno_code(errno), os_error("readlink /proc/self/exe").message(),
                    "runphi finds its parts by it: mount /proc");
    const std::string path = core_program({own.data(), static_cast<std::size_t>(length)});
    ::execv(path.c_str(), argv);
    throw Error(errno_code(errno), os_error(text("exec ", path)).message(),
                "it does the work and belongs to this program: install both, and give runphi "
                "another name by a symbolic link, not by a copy");
}

}  // namespace phi::front
