// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "pod.hpp"

// The requests of CRI, as JSON.
namespace phi::test::request {

std::string quoted(const std::string& text);

// {"pod_sandbox_id": "..."}, {"container_id": "..."}
std::string of_pod(const std::string& id, const std::string& more = "");
std::string of_container(const std::string& id, const std::string& more = "");
std::string strings(const std::vector<std::string>& list);

// PodSandboxConfig. Logs go into the place's folder.
std::string pod_config(const PodAsk& ask, const std::string& name, const Place& place);
// ContainerConfig
std::string container_config(const ContainerAsk& ask, const std::string& name);

}  // namespace phi::test::request
