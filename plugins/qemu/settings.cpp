// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

#include "plugins/common/settings_reader.hpp"

namespace runphi::qemu {

const char* to_string(Accelerator accelerator) {
    switch (accelerator) {
        case Accelerator::automatic:
            return "auto";
        case Accelerator::tcg:
            return "tcg";
        case Accelerator::kvm:
            return "kvm";
    }
    return "auto";
}

Accelerator accelerator_of(const std::string& name, const std::string& where) {
    for (const auto one : {Accelerator::automatic, Accelerator::tcg, Accelerator::kvm}) {
        if (name == to_string(one)) return one;
    }
    throw sdk::Error(sdk::Code::invalid, where + ": \"" + name + "\" is not auto, tcg or kvm");
}

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.qemu");
    const sdk::Json root = document.root();
    root.only({"accel", "emulator", "firmware", "prealloc", "virtiofsd"});
    Settings out;
    if (const auto accel = root.find("accel")) {
        out.accelerator = accelerator_of(accel->string(), accel->path());
    }
    if (const auto emulator = root.find("emulator")) {
        emulator->only({"x86_64", "aarch64"});
        common::read_path(*emulator, "x86_64", out.emulator_x86_64);
        common::read_path(*emulator, "aarch64", out.emulator_aarch64);
    }
    if (const auto firmware = root.find("firmware")) {
        firmware->only({"x86_64", "aarch64"});
        common::read_path(*firmware, "x86_64", out.firmware_x86_64);
        common::read_path(*firmware, "aarch64", out.firmware_aarch64);
    }
    common::read_path(root, "virtiofsd", out.virtiofsd);
    if (const auto prealloc = root.find("prealloc")) out.prealloc = prealloc->boolean();
    return out;
}

}  // namespace runphi::qemu
