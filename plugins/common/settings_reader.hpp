// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <runphi/sdk.hpp>
#include <string>

// What the settings of most backends have: paths and durations, each with a default that a missing
// key leaves alone. What does not fit throws Error with the code invalid and names the key.
namespace runphi::common {

// The value of a member that is an absolute path.
std::string absolute_path(const sdk::Json& member);

void read_path(const sdk::Json& object, const char* key, std::string& value);
// A number of milliseconds from `low` to `high`, at most INT_MAX.
void read_duration(const sdk::Json& object, const char* key, int& value, std::uint64_t low,
                   std::uint64_t high);

}  // namespace runphi::common
