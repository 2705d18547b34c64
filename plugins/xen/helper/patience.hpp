// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>

// How long the helper waits for what others do. Whoever waits for the helper has a limit of its
// own.
namespace runphi::xen {

inline constexpr auto store_patience = std::chrono::seconds(10);

// What `look` finds, an optional, as soon as there is something: it looks at once, after 2 ms, and
// then less and less often, up to ten times a second. Empty when the time is over.
template <typename Look>
auto await(std::chrono::seconds patience, Look look) -> decltype(look()) {
    constexpr useconds_t first_pause_us = 2'000, longest_pause_us = 100'000;
    const auto until = std::chrono::steady_clock::now() + patience;
    for (useconds_t pause_us = first_pause_us; std::chrono::steady_clock::now() < until;
         pause_us = std::min(2 * pause_us, longest_pause_us)) {
        if (auto found = look()) return found;
        ::usleep(pause_us);
    }
    return {};
}

}  // namespace runphi::xen
