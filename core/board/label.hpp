// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace phi::board {

// `name` with "_" in the place of what is neither an ASCII letter, a digit nor one of `others`, and
// without the first and last characters that are neither letter nor digit, which neither CDI nor
// Kubernetes allows; "x" if nothing is left.
std::string label_text(std::string_view name, std::string_view others);

}  // namespace phi::board
