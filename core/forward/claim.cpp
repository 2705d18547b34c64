// SPDX-License-Identifier: Apache-2.0
#include "core/forward/claim.hpp"

#include <array>
#include <string_view>

#include "core/base/error.hpp"
#include "core/boot/choice.hpp"
#include "core/fs/file.hpp"

namespace phi::forward {
namespace {

bool has_annotation(const oci::Spec& spec, const char* name, std::string_view wanted) {
    const std::string* value = spec.annotation(name);
    return value != nullptr && *value == wanted;
}

// For a config.json that is broken: do its bytes look like a request for a partition?
bool mentions_a_mark(std::string_view config) {
    constexpr std::array<std::string_view, 9> marks = {
        "\"vm\"", "\"org.runphi.", "\"INMATE=", "\"KERNEL=", "\"RAMDISK=",
        "\"DTB=", "\"CPIO=",       "\"LINUX=",  "\"NETCONF="};
    for (const auto mark : marks)
        if (config.find(mark) != std::string_view::npos) return true;
    return false;
}

std::string rootfs_of(const oci::Spec& spec, const std::string& bundle) {
    if (!spec.root_path.empty() && spec.root_path.front() == '/') return spec.root_path;
    return bundle + "/" + spec.root_path;
}

}  // namespace

bool is_sandbox(const oci::Spec& spec) {
    if (has_annotation(spec, "io.kubernetes.cri.container-type", "sandbox")) return true;
    if (has_annotation(spec, "io.kubernetes.cri-o.ContainerType", "sandbox")) return true;
    return spec.process && !spec.process->args.empty() && spec.process->args.front() == "/pause";
}

bool claims_bundle(const Settings& settings, const std::string& bundle) {
    if (settings.select == Settings::Select::none) return false;
    const bool all = settings.select == Settings::Select::all;
    const std::string folder = bundle.empty() ? "." : bundle;
    std::string config;
    try {
        config = read_file_at(open_directory(folder).get(), "config.json");
    } catch (const Error&) {
        return all;
    }
    const auto spec = oci::glance_spec(config);
    if (!spec) return all || mentions_a_mark(config);
    if (is_sandbox(*spec) || has_annotation(*spec, "org.runphi.runtime", "runc")) return false;
    return all || boot::is_marked(*spec, rootfs_of(*spec, folder));
}

}  // namespace phi::forward
