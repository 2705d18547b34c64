// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// The images of this suite, made here: no registry is asked.
namespace phi::test {

inline constexpr const char* box_image = "localhost/box:1";        // busybox, ordinary
inline constexpr const char* inmate_image = "localhost/inmate:1";  // FROM scratch, INMATE set

inline constexpr const char* pause_image = "localhost/pause:1";  // holds a pod's namespaces

// Writes the first two below `dir` as archives that every client imports, and returns their paths.
std::vector<std::string> make_images(const std::string& dir);
// The third.
std::string make_pause_image(const std::string& dir);

}  // namespace phi::test
