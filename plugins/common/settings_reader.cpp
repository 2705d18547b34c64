// SPDX-License-Identifier: Apache-2.0
#include "settings_reader.hpp"

namespace runphi::common {

std::string absolute_path(const sdk::Json& member) {
    std::string value = member.string();
    if (!value.empty() && value.front() == '/') return value;
    throw sdk::Error(sdk::Code::invalid,
                     member.path() + ": \"" + value + "\" is not an absolute path");
}

void read_path(const sdk::Json& object, const char* key, std::string& value) {
    if (const auto member = object.find(key)) value = absolute_path(*member);
}

void read_duration(const sdk::Json& object, const char* key, int& value, std::uint64_t low,
                   std::uint64_t high) {
    if (const auto member = object.find(key)) value = static_cast<int>(member->u64(low, high));
}

}  // namespace runphi::common
