// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

#include "plugins/common/settings_reader.hpp"

namespace runphi::bao {

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.bao");
    const sdk::Json root = document.root();
    root.only({"slots", "device_tree", "memory", "boot_medium", "boot_id", "answer_ms",
               "timeout_ms", "stop_ms", "lost_ms"});
    Settings out;
    common::read_path(root, "slots", out.slots);
    common::read_path(root, "device_tree", out.device_tree);
    common::read_path(root, "memory", out.memory);
    common::read_path(root, "boot_medium", out.boot_medium);
    common::read_path(root, "boot_id", out.boot_id);
    common::read_duration(root, "answer_ms", out.answer_ms, 10, 60'000);
    common::read_duration(root, "timeout_ms", out.timeout_ms, 100, 600'000);
    common::read_duration(root, "stop_ms", out.stop_ms, 100, 15'000);
    common::read_duration(root, "lost_ms", out.lost_ms, 100, 600'000);
    return out;
}

}  // namespace runphi::bao
