// SPDX-License-Identifier: Apache-2.0
#include "extent.hpp"

#include <algorithm>
#include <cstdio>

namespace runphi::common {

Extent extent_of(std::uint64_t base, std::uint64_t size) {
    const std::uint64_t end = base + size;
    return {base, end < base ? UINT64_MAX : end};
}

std::string to_string(const Extent& extent) {
    return hex(extent.first) + "-" + hex(extent.end - 1);
}

void subtract(std::vector<Extent>& from, const Extent& what) {
    std::vector<Extent> out;
    for (const Extent& one : from) {
        if (!one.overlaps(what)) {
            out.push_back(one);
            continue;
        }
        if (one.first < what.first) out.push_back({one.first, what.first});
        if (what.end < one.end) out.push_back({what.end, one.end});
    }
    from = std::move(out);
}

std::vector<Extent> intersection(const std::vector<Extent>& a, const std::vector<Extent>& b) {
    std::vector<Extent> out;
    for (const Extent& x : a) {
        for (const Extent& y : b) {
            if (x.overlaps(y)) out.push_back({std::max(x.first, y.first), std::min(x.end, y.end)});
        }
    }
    return out;
}

std::string hex(std::uint64_t value) {
    char digits[16];
    char* at = std::end(digits);
    do {
        *--at = "0123456789abcdef"[value & 0xF];
        value >>= 4;
    } while (value != 0);
    return "0x" + std::string(at, std::end(digits));
}

}  // namespace runphi::common
