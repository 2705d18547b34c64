// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

namespace runphi::bao {

namespace {

std::string absolute_path(const sdk::Json& member) {
    std::string value = member.string();
    if (!value.empty() && value.front() == '/') return value;
    throw sdk::Error(sdk::Code::invalid,
                     member.path() + ": \"" + value + "\" is not an absolute path");
}

}  // namespace

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.bao");
    const sdk::Json root = document.root();
    root.only({"slots", "device_tree"});
    Settings out;
    const auto path = [&](const char* key, std::string& value) {
        if (const auto member = root.find(key)) value = absolute_path(*member);
    };
    path("slots", out.slots);
    path("device_tree", out.device_tree);
    return out;
}

}  // namespace runphi::bao
