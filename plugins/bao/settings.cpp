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
    root.only({"slots", "device_tree", "memory", "boot_medium", "boot_id", "answer_ms",
               "timeout_ms", "stop_ms", "lost_ms"});
    Settings out;
    const auto path = [&](const char* key, std::string& value) {
        if (const auto member = root.find(key)) value = absolute_path(*member);
    };
    path("slots", out.slots);
    path("device_tree", out.device_tree);
    path("memory", out.memory);
    path("boot_medium", out.boot_medium);
    path("boot_id", out.boot_id);
    const auto duration = [&](const char* key, int& value, std::uint64_t low, std::uint64_t high) {
        if (const auto member = root.find(key)) value = static_cast<int>(member->u64(low, high));
    };
    duration("answer_ms", out.answer_ms, 10, 60'000);
    duration("timeout_ms", out.timeout_ms, 100, 600'000);
    duration("stop_ms", out.stop_ms, 100, 15'000);
    duration("lost_ms", out.lost_ms, 100, 600'000);
    return out;
}

}  // namespace runphi::bao
