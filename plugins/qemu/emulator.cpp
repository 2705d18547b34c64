// SPDX-License-Identifier: Apache-2.0
#include "emulator.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <runphi/sdk.hpp>

namespace runphi::qemu {

std::string host_arch() {
#if defined(__x86_64__)
    return "x86_64";
#elif defined(__aarch64__)
    return "aarch64";
#else
#error "the manifest promises x86_64 and aarch64 only"
#endif
}

bool executable(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

namespace {

const std::string& configured(const Settings& settings, const std::string& arch) {
    return arch == "x86_64" ? settings.emulator_x86_64 : settings.emulator_aarch64;
}

}  // namespace

std::string find_emulator(const Settings& settings, const std::string& arch) {
    const std::string& own = configured(settings, arch);
    if (!own.empty()) return executable(own) ? own : std::string();
    for (const char* folder : {"/usr/bin/", "/usr/local/bin/"}) {
        std::string path = folder + ("qemu-system-" + arch);
        if (executable(path)) return path;
    }
    return {};
}

std::string require_emulator(const Settings& settings, const std::string& arch) {
    if (arch != "x86_64" && arch != "aarch64") {
        throw sdk::Error(sdk::Code::unsupported, "no QEMU machine for a guest of architecture \"" +
                                                     arch + "\": x86_64 and aarch64 are known");
    }
    std::string found = find_emulator(settings, arch);
    if (!found.empty()) return found;
    const std::string& own = configured(settings, arch);
    if (!own.empty()) {
        throw sdk::Error(sdk::Code::unsupported, "backend_settings.qemu.emulator." + arch + ": " +
                                                     own + " is not an executable file");
    }
    const char* package = arch == "x86_64" ? "qemu-system-x86" : "qemu-system-arm";
    throw sdk::Error(sdk::Code::unsupported,
                     "qemu-system-" + arch + " is not installed, and this guest needs it",
                     std::string("install Debian's package ") + package +
                         ", or name another emulator in "
                         "backend_settings.qemu.emulator." +
                         arch);
}

}  // namespace runphi::qemu
