// SPDX-License-Identifier: Apache-2.0
#include "programs.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <unistd.h>

#include <cctype>
#include <memory>
#include <runphi/sdk.hpp>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// What the version is behind.
std::string_view prefix_of(Program program) {
    return program == Program::helper ? "runphi-xen-" : "runphi-xen-reader-";
}

// The folder of the file that this code is in.
std::string own_folder() {
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&find_program), &info) == 0 ||
        info.dli_fname == nullptr) {
        throw Error(Code::internal, "the plugin does not find its own file");
    }
    const std::string file = info.dli_fname;
    return file.substr(0, file.rfind('/'));
}

std::string folder_of(const Settings& settings) {
    return settings.programs.empty() ? own_folder() : settings.programs;
}

std::string version_of(const Presence& xen) {
    return std::to_string(xen.major) + "." + std::to_string(xen.minor);
}

// The versions of Xen that there is one for.
std::string installed_in(const std::string& folder, std::string_view prefix) {
    std::string out;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), &::closedir);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        std::string_view name = entry->d_name;
        if (name.substr(0, prefix.size()) != prefix) continue;
        name.remove_prefix(prefix.size());
        if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) == 0) continue;
        out.append(out.empty() ? "" : ", ").append(name);
    }
    return out;
}

std::string path_in(const std::string& folder, Program program, const Presence& xen) {
    std::string out = folder;
    return out.append("/").append(prefix_of(program)).append(version_of(xen));
}

}  // namespace

std::string find_program(Program program, const Settings& settings, const Presence& xen) {
    std::string path = path_in(folder_of(settings), program, xen);
    return ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

std::string require_program(Program program, const Settings& settings, const Presence& xen) {
    std::string found = find_program(program, settings, xen);
    if (!found.empty()) return found;
    const std::string folder = folder_of(settings);
    const std::string others = installed_in(folder, prefix_of(program));
    throw Error(Code::not_found,
                "Xen " + version_of(xen) + " runs, and this runPHI " +
                    (others.empty() ? std::string("was built without libxenlight")
                                    : "was built for Xen " + others),
                "it needs " + path_in(folder, program, xen) + ", built where libxenlight " +
                    version_of(xen) + " is (Debian: libxen-dev)");
}

}  // namespace runphi::xen
