// SPDX-License-Identifier: Apache-2.0
#include "fake/partition/babble.hpp"

#include "fake/partition/frame.hpp"

namespace fake {

namespace {

std::string session_frame(std::uint8_t type, std::uint64_t round, const std::string& fields) {
    return frame_of(type, u32(static_cast<std::uint32_t>(round % 200)) + fields);
}

}  // namespace

std::string babble(const std::string& how, std::uint64_t round) {
    if (how == "garbage") {
        std::string bytes(4096, '\0');
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<char>((i * 167 + round * 31) % 256);
        return bytes;
    }
    if (how == "frames") {
        return session_frame(
            RUNPHI_AGENT_DATA, round,
            std::string(1, static_cast<char>(round % 4)) + std::string(RUNPHI_AGENT_DATA_MAX, 'x'));
    }
    if (how == "credit") {
        std::string all;
        for (std::uint64_t id = 0; id < 200; ++id)
            all += session_frame(RUNPHI_AGENT_CREDIT, id, std::string(1, '\0') + u32(0xffffffffU));
        return all;
    }
    if (how == "lengths") {
        return std::string("\xa7\x30\xff\xff", 4) + std::string(4092, '\xa7');
    }
    if (how == "errors") return frame_of(RUNPHI_AGENT_ERROR, std::string(4096, 'e'));
    if (how == "hellos") {
        std::string all;
        for (int i = 0; i < 256; ++i) {
            const std::string version(1, static_cast<char>(i));
            all += frame_of(RUNPHI_AGENT_HELLO, version) + frame_of(RUNPHI_AGENT_READY, version) +
                   frame_of(RUNPHI_AGENT_HELLO, "") + frame_of(RUNPHI_AGENT_READY, "");
        }
        return all;
    }
    return how == "half" && round == 0 ? frame_of(RUNPHI_AGENT_DATA, "").substr(0, 2) + "\x10\x10"
                                       : "";
}

}  // namespace fake
