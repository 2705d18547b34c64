// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi::line {

// What --version prints.
std::string version_page();

}  // namespace phi::line
