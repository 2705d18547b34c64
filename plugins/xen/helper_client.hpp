// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <runphi/sdk.hpp>
#include <runphi/sdk/process.hpp>
#include <string>
#include <vector>

#include "settings.hpp"

// The plugin's side of the helper: one process that lives beside each domain, and short-lived ones.
// Every call has a time limit; a helper that keeps to none is ended by its pid.
namespace runphi::xen {

struct Handle {
    std::uint32_t domid = 0;
    sdk::ProcessId helper;
};
std::string write_handle(const Handle& handle);
Handle read_handle(std::string_view handle);

// The helper beside the partition's domain: of the handle, or without one, by its arguments.
// nullopt: it has ended.
std::optional<sdk::ProcessId> helper_of(const sdk::Partition& partition);

// Milliseconds for one request: of the settings, and no more than the host allows.
int patience_ms(const sdk::Host& host, const Settings& settings);

// Nobody answers any more. The helper itself can say of something that it is not found.
struct NoHelper : sdk::Error {
    explicit NoHelper(const std::string& what) : Error(sdk::Code::not_found, what) {}
};

// Asks the helper of a partition. `request`: the line, without its end. The answer as JSON text.
// Throws NoHelper; Error(timeout), and what the helper says.
std::string ask_helper(const sdk::Partition& partition, const std::string& request, int timeout_ms);
std::string request_of(std::string_view op);

// Runs a helper for one answer, and ends it when the time is over.
std::string run_helper(const sdk::Host& host, const std::string& program,
                       const std::vector<std::string>& arguments, int timeout_ms);

}  // namespace runphi::xen
