// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace phi::oci {

struct TemplateOptions {
    bool rootless = false;
    std::uint32_t uid = 0;  // what a rootless container's root is on the host
    std::uint32_t gid = 0;
    bool cgroup_namespace = false;  // as runc writes it on a host with nothing but cgroup v2
};

// The options that fit this process and host.
TemplateOptions template_options(bool rootless);

// The config.json that `runc spec` writes: indented by tabs, no newline at the end.
std::string spec_template(const TemplateOptions& options);

}  // namespace phi::oci
