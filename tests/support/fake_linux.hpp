// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/base/text.hpp"
#include "support/sandbox.hpp"

// Linux guests of the fake hypervisor.
namespace phi::test {

// The settings of a node that has a guest folder.
inline std::string fake_linux_settings(const Sandbox& node) {
    return text("\"select\": \"all\", \"guest_dir\": \"", node.dir(), "/guest\"");
}

// A bundle whose guest is a script. The script is the node's kernel: whoever looks for an arm64
// Image finds its magic at offset 56, and the rest is a comment. `mounts` are members of the list,
// `annotations` of the object.
inline std::string fake_linux_bundle(const Sandbox& node, const std::string& script,
                                     const std::string& mounts, const std::string& annotations = "",
                                     const std::string& more = "") {
    const std::string guest = node.dir() + "/guest/aarch64";
    std::filesystem::create_directories(guest);
    write_text(guest + "/phi-init", "never run\n");
    write_text(guest + "/kernel", text(std::string(56, '#'), "ARMd\n", script));
    const std::string bundle = node.bundle(
        "bundle", text("{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, ",
                       "\"process\": {\"cwd\": \"/\", \"args\": [\"/program\"]}, ", more,
                       more.empty() ? "" : ", ", "\"annotations\": {", annotations,
                       annotations.empty() ? "" : ", ",
                       "\"org.runphi.arch\": \"aarch64\"}, \"mounts\": [", mounts, "]}"));
    write_text(bundle + "/rootfs/program", "never run\n", 0755);
    return bundle;
}

// One member of `mounts`.
inline std::string bind_mount(const std::string& source, const std::string& destination,
                              const std::string& options = "\"rbind\", \"rprivate\"") {
    return text("{\"destination\": \"", destination, "\", \"type\": \"bind\", \"source\": \"",
                source, "\", \"options\": [", options, "]}");
}

}  // namespace phi::test
