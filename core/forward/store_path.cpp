// SPDX-License-Identifier: Apache-2.0
#include "core/forward/store_path.hpp"

#include <unistd.h>

#include "core/base/text.hpp"

namespace phi::forward {

std::string store_dir(const Settings& settings, const std::string& root) {
    if (root.empty() || root == default_root) return settings.state_dir;
    return text(settings.state_dir, "/@", hex(fnv1a(root)));
}

bool has_container(const Settings& settings, const std::string& root, const std::string& id) {
    const bool a_name = !id.empty() && id.front() != '@' && id != "." && id != ".." &&
                        id.find('/') == std::string::npos && id.find('\0') == std::string::npos;
    if (!a_name) return false;
    return ::access(text(store_dir(settings, root), '/', id).c_str(), F_OK) == 0;
}

}  // namespace phi::forward
