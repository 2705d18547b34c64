// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

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

namespace {

std::string path_of(const sdk::Json& object, const char* key) {
    const auto member = object.find(key);
    if (!member) return {};
    std::string path = member->string();
    if (path.empty() || path.front() != '/') {
        throw sdk::Error(sdk::Code::invalid,
                         member->path() + ": \"" + path + "\" is not an absolute path");
    }
    return path;
}

}  // namespace

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
        out.emulator_x86_64 = path_of(*emulator, "x86_64");
        out.emulator_aarch64 = path_of(*emulator, "aarch64");
    }
    if (const auto firmware = root.find("firmware")) {
        firmware->only({"x86_64", "aarch64"});
        out.firmware_x86_64 = path_of(*firmware, "x86_64");
        out.firmware_aarch64 = path_of(*firmware, "aarch64");
    }
    out.virtiofsd = path_of(root, "virtiofsd");
    if (const auto prealloc = root.find("prealloc")) out.prealloc = prealloc->boolean();
    return out;
}

}  // namespace runphi::qemu
