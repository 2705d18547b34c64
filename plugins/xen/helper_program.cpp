// SPDX-License-Identifier: Apache-2.0
#include "helper_program.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <unistd.h>

#include <memory>
#include <runphi/sdk.hpp>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::string_view name_prefix = "runphi-xen-";

// The folder of the file that this code is in.
std::string own_folder() {
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&find_helper), &info) == 0 ||
        info.dli_fname == nullptr) {
        throw Error(Code::internal, "the plugin does not find its own file");
    }
    const std::string file = info.dli_fname;
    return file.substr(0, file.rfind('/'));
}

std::string version_of(const Presence& xen) {
    return std::to_string(xen.major) + "." + std::to_string(xen.minor);
}

std::string installed_in(const std::string& folder) {
    std::string out;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), &::closedir);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        if (name.substr(0, name_prefix.size()) != name_prefix) continue;
        out += (out.empty() ? "" : ", ") + std::string(name.substr(name_prefix.size()));
    }
    return out;
}

std::string path_for(const Settings& settings, const Presence& xen) {
    if (!settings.helper.empty()) return settings.helper;
    return own_folder() + "/" + std::string(name_prefix) + version_of(xen);
}

}  // namespace

std::string find_helper(const Settings& settings, const Presence& xen) {
    const std::string path = path_for(settings, xen);
    return ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

std::string require_helper(const Settings& settings, const Presence& xen) {
    std::string path = find_helper(settings, xen);
    if (!path.empty()) return path;
    path = path_for(settings, xen);
    if (!settings.helper.empty()) {
        throw Error(Code::not_found, path + ": no such program",
                    "backend_settings.xen.helper of runphi.json names it");
    }
    const std::string others = installed_in(path.substr(0, path.rfind('/')));
    throw Error(Code::not_found,
                "Xen " + version_of(xen) + " runs, and this runPHI " +
                    (others.empty() ? std::string("was built without libxenlight")
                                    : "was built for Xen " + others),
                "it needs " + path + ", built where libxenlight " + version_of(xen) +
                    " is (Debian: libxen-dev)");
}

}  // namespace runphi::xen
