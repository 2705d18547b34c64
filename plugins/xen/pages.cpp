// SPDX-License-Identifier: Apache-2.0
#include "pages.hpp"

#include <cstdio>

namespace runphi::xen {

std::string address(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

PageRange whole_pages(std::uint64_t base, std::uint64_t size, std::uint64_t guest_base,
                      const std::string& what) {
    if (size != 0 && base % page_size == 0 && size % page_size == 0 &&
        guest_base % page_size == 0 && base <= UINT64_MAX - size &&
        guest_base <= UINT64_MAX - size) {
        return {base / page_size, size / page_size, guest_base / page_size};
    }
    throw sdk::Error(sdk::Code::invalid, what + ": " + address(size) + " bytes at " +
                                             address(base) + ", for the guest at " +
                                             address(guest_base) +
                                             ", are not whole pages of 4 KiB");
}

}  // namespace runphi::xen
