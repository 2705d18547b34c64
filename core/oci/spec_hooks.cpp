// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "core/oci/spec_read.hpp"

namespace phi::oci::read {

namespace {

std::vector<Hook> hook_list(const Node& hooks, const char* name) {
    std::vector<Hook> all;
    const auto list = hooks.find(name);
    if (!list) return all;
    list->each([&](const Node& node) {
        Hook hook;
        const Node path = node.at("path");
        hook.path = string(path);
        require_absolute(path, hook.path);
        hook.args = strings(node, "args");
        hook.env = strings(node, "env");
        hook.timeout_s = opt_number<unsigned>(
            node, "timeout", 1, static_cast<unsigned>(std::numeric_limits<int>::max()));
        all.push_back(std::move(hook));
    });
    return all;
}

}  // namespace

Hooks hooks(const Node& node) {
    Hooks hooks;
    hooks.prestart = hook_list(node, "prestart");
    hooks.create_runtime = hook_list(node, "createRuntime");
    hooks.create_container = hook_list(node, "createContainer");
    hooks.start_container = hook_list(node, "startContainer");
    hooks.poststart = hook_list(node, "poststart");
    hooks.poststop = hook_list(node, "poststop");
    return hooks;
}

}  // namespace phi::oci::read
