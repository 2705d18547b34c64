// SPDX-License-Identifier: Apache-2.0
#include "core/base/time.hpp"

#include <cstdio>
#include <ctime>

namespace phi {

std::string rfc3339_now() {
    std::timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    std::tm utc{};
    ::gmtime_r(&now.tv_sec, &utc);
    char buffer[64];
    const auto length = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(buffer + length, sizeof buffer - length, ".%09ldZ", now.tv_nsec);
    return buffer;
}

}  // namespace phi
