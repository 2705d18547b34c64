// SPDX-License-Identifier: Apache-2.0
#include "scene.hpp"

#include "core/base/text.hpp"

namespace phi::test {

void expect(bool holds, const std::string& what, const std::string& seen) {
    if (!holds) throw Mismatch(text("wanted ", what, "; there was: ", seen));
}

void expect(bool holds, const std::string& what, const Result& seen) {
    expect(holds, what, text("status ", seen.status, "\nout: ", seen.out, "\nerr: ", seen.err));
}

bool contains(const std::string& text, const std::string& wanted) {
    return text.find(wanted) != std::string::npos;
}

bool eventually(const std::function<bool()>& condition) {
    return Sandbox::eventually(condition, std::chrono::seconds(120),
                               std::chrono::milliseconds(200));
}

}  // namespace phi::test
