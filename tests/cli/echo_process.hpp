// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi::test {

// How the stand-in for runc ends, when it is not told to die.
inline constexpr int echo_status = 42;

}  // namespace phi::test
