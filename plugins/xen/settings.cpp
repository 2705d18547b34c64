// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

#include "plugins/common/settings_reader.hpp"

namespace runphi::xen {

namespace {

bool is_pv(const sdk::Json& type) {
    const std::string name = type.string();
    if (name == "pv" || name == "pvh") return name == "pv";
    throw sdk::Error(sdk::Code::invalid, type.path() + ": \"" + name + "\" is not pvh or pv");
}

}  // namespace

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.xen");
    const sdk::Json root = document.root();
    root.only(
        {"programs", "xenstored", "root", "type", "keep_images", "device_trees", "timeout_ms"});
    Settings out;
    common::read_path(root, "programs", out.programs);
    common::read_path(root, "xenstored", out.xenstored);
    common::read_path(root, "root", out.root);
    if (const auto type = root.find("type")) out.pv = is_pv(*type);
    out.keep_images = root.boolean_or("keep_images", false);
    if (const auto trees = root.find("device_trees")) {
        for (const auto& [device, file] : trees->members()) {
            out.device_trees[device] = common::absolute_path(file);
        }
    }
    common::read_duration(root, "timeout_ms", out.timeout_ms, 100, 600'000);
    return out;
}

}  // namespace runphi::xen
