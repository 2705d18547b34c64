// SPDX-License-Identifier: Apache-2.0
#pragma once

// The versions of the OCI runtime specification that we know.
namespace phi::oci {

inline constexpr const char* version_min = "1.0.0";
// The newest one, and the one that we write into documents of our own.
inline constexpr const char* version_max = "1.3.0";

}  // namespace phi::oci
