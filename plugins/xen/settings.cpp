// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

namespace runphi::xen {

namespace {

std::string absolute_path(const sdk::Json& member) {
    std::string value = member.string();
    if (!value.empty() && value.front() == '/') return value;
    throw sdk::Error(sdk::Code::invalid,
                     member.path() + ": \"" + value + "\" is not an absolute path");
}

bool is_pv(const sdk::Json& type) {
    const std::string name = type.string();
    if (name == "pv" || name == "pvh") return name == "pv";
    throw sdk::Error(sdk::Code::invalid, type.path() + ": \"" + name + "\" is not pvh or pv");
}

}  // namespace

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.xen");
    const sdk::Json root = document.root();
    root.only({"helper", "xenstored", "root", "type", "keep_images", "device_trees", "timeout_ms"});
    Settings out;
    const auto path = [&](const char* key, std::string& value) {
        if (const auto member = root.find(key)) value = absolute_path(*member);
    };
    path("helper", out.helper);
    path("xenstored", out.xenstored);
    path("root", out.root);
    if (const auto type = root.find("type")) out.pv = is_pv(*type);
    out.keep_images = root.boolean_or("keep_images", false);
    if (const auto trees = root.find("device_trees")) {
        for (const auto& [device, file] : trees->members()) {
            out.device_trees[device] = absolute_path(file);
        }
    }
    if (const auto member = root.find("timeout_ms")) {
        out.timeout_ms = static_cast<int>(member->u64(100, 600'000));
    }
    return out;
}

}  // namespace runphi::xen
