// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

// Little-endian numbers at any offset, on any machine. The caller has checked the bounds.
namespace runphi::jailhouse {

template <std::unsigned_integral T>
T load_le(std::string_view bytes, std::size_t at) {
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
        value = static_cast<T>(static_cast<T>(value << (sizeof(T) > 1 ? 8U : 0U)) |
                               static_cast<unsigned char>(bytes[at + i]));
    }
    return value;
}

template <std::unsigned_integral T>
void store_le(std::string& bytes, std::size_t at, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        bytes[at + i] = static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
}

}  // namespace runphi::jailhouse
