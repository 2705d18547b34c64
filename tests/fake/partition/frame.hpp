// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/agent.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace fake {

inline std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
        value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
    }
    return value;
}

inline std::string u32(std::uint32_t value) {
    std::string bytes;
    for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
    return bytes;
}

inline std::string frame_of(std::uint8_t type, std::string_view payload) {
    std::string frame;
    frame += static_cast<char>(RUNPHI_AGENT_MAGIC);
    frame += static_cast<char>(type);
    frame += static_cast<char>(payload.size() & 0xffU);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += payload;
    return frame;
}

}  // namespace fake
