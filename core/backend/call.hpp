// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <string>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/unique_fd.hpp"

// What comes back from a plugin, checked before anybody believes it.
namespace phi::backend {

// "qemu: MESSAGE", with the plugin's code and hint. `function` speaks for a plugin that says
// nothing.
Error plugin_error(const std::string& id, const char* function, runphi_result code,
                   const runphi_error& error);

// Calls f(&error) and throws what it reports.
template <typename Function>
void call(const std::string& id, const char* name, const Function& f) {
    runphi_error error{};
    error.size = sizeof error;
    const runphi_result code = f(&error);
    if (code != RUNPHI_OK) throw plugin_error(id, name, code, error);
}

Status checked_status(const std::string& id, const char* function, const runphi_query& query);
Probe checked_probe(const std::string& id, const runphi_probe& probe);
// An open descriptor, close-on-exec from now on at the latest.
UniqueFd checked_fd(const std::string& id, const char* function, int fd);
// Throws Error(internal) unless the text is one JSON object.
void require_object(const std::string& json, const std::string& what);
std::vector<Listed> parse_list(const std::string& json, const std::string& what);

}  // namespace phi::backend
