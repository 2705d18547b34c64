// SPDX-License-Identifier: Apache-2.0
#include "window.hpp"

#include <runphi/sdk.hpp>

#include "../pages.hpp"

namespace runphi::xen::dom0less {

namespace {

constexpr std::uint64_t alignment = 2U << 20;

std::uint64_t end_of(const Range& range) {
    return range.base + range.size;
}

}  // namespace

std::string text(const Range& range) {
    return address(range.base) + " to " + address(end_of(range));
}

void Window::keep_to(std::vector<Range> memory, std::vector<Range> used) {
    memory_ = std::move(memory);
    used_ = std::move(used);
}

bool Window::has_memory(const Range& range) const {
    for (const Range& one : memory_) {
        if (range.base >= one.base && end_of(range) <= end_of(one)) return true;
    }
    return memory_.empty();
}

const Range* Window::user_of(const Range& range) const {
    for (const Range& one : used_) {
        if (range.base < end_of(one) && one.base < end_of(range)) return &one;
    }
    return nullptr;
}

Range Window::take(std::uint64_t size, const std::string& what) {
    std::uint64_t base = next_;
    while (true) {
        const Range range{base, size};
        if (base > end_ || size > end_ - base) {
            throw sdk::Error(sdk::Code::no_resource,
                             what + " has " + std::to_string(size) + " bytes, and from " +
                                 address(base) + " there is room up to " + address(end_),
                             "another --load-address, or a larger --load-size");
        }
        if (!has_memory(range)) {
            throw sdk::Error(sdk::Code::no_resource,
                             what + " would lie from " + text(range) +
                                 ", which the board's device tree does not call memory",
                             "another --load-address");
        }
        const Range* user = user_of(range);
        if (user == nullptr) {
            next_ = (end_of(range) + alignment - 1) & ~(alignment - 1);
            return range;
        }
        base = (end_of(*user) + alignment - 1) & ~(alignment - 1);
    }
}

}  // namespace runphi::xen::dom0less
