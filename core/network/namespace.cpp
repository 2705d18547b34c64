// SPDX-License-Identifier: Apache-2.0
#include "core/network/namespace.hpp"

#include <sys/stat.h>

namespace phi::network {

std::optional<Namespace> namespace_at(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    return Namespace{path, info.st_dev, info.st_ino};
}

bool is_host_namespace(const Namespace& one) {
    for (const char* path : {"/proc/self/ns/net", "/proc/1/ns/net"}) {
        const auto host = namespace_at(path);
        if (host && host->same(one)) return true;
    }
    return false;
}

}  // namespace phi::network
