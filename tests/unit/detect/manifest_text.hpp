// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace phi::test {

// A manifest with one part replaced by another.
inline std::string manifest(const std::string& from = "", const std::string& to = "") {
    std::string text = R"({"format": "runphi.plugin/1", "id": "fake", "name": "Fake",
 "library": "runphi-backend-fake.so", "abi": {"major": 1, "minor": 0},
 "arches": ["x86_64", "aarch64"], "priority": 5, "hints": []})";
    if (from.empty()) return text;
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("no " + from);
    return text.replace(at, from.size(), to);
}

}  // namespace phi::test
