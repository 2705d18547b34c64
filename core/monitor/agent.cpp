// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/agent.hpp"

#include <algorithm>

namespace phi::monitor {

void FrameReader::feed(std::string_view bytes) {
    for (const char value : bytes) byte(static_cast<std::uint8_t>(value));
}

void FrameReader::byte(std::uint8_t value) {
    if (have_header_ < header_.size()) {
        if (have_header_ == 0 && value != RUNPHI_AGENT_MAGIC) return;
        header_[have_header_++] = value;
        if (have_header_ < header_.size()) return;
        length_ = header_[2] | (static_cast<std::size_t>(header_[3]) << 8);
        have_payload_ = 0;
    } else {
        if (have_payload_ < payload_.size()) payload_[have_payload_] = static_cast<char>(value);
        ++have_payload_;
    }
    if (have_payload_ < length_) return;
    have_header_ = 0;
    if (length_ <= payload_.size()) handler_(header_[1], {payload_.data(), length_});
}

std::string frame(std::uint8_t type, std::string_view payload) {
    const std::size_t length = std::min<std::size_t>(payload.size(), RUNPHI_AGENT_PAYLOAD_MAX);
    std::string out;
    out += static_cast<char>(RUNPHI_AGENT_MAGIC);
    out += static_cast<char>(type);
    out += static_cast<char>(length & 0xff);
    out += static_cast<char>(length >> 8);
    out += payload.substr(0, length);
    return out;
}

namespace {
template <typename T>
std::string little_endian(T value) {
    std::string out;
    for (std::size_t i = 0; i < sizeof value; ++i)
        out += static_cast<char>((value >> (8 * i)) & 0xff);
    return out;
}
}  // namespace

std::string signal_frame(int signal) {
    return frame(RUNPHI_AGENT_SIGNAL, little_endian(static_cast<std::uint8_t>(signal)));
}

std::string resize_frame(std::uint16_t rows, std::uint16_t columns) {
    return frame(RUNPHI_AGENT_RESIZE, little_endian(rows) + little_endian(columns));
}

std::string eof_frame(std::uint64_t bytes_before) {
    return frame(RUNPHI_AGENT_EOF, little_endian(bytes_before));
}

std::string u32_field(std::uint32_t value) {
    return little_endian(value);
}

std::string u16_field(std::uint16_t value) {
    return little_endian(value);
}

std::uint32_t u32_at(std::string_view bytes, std::size_t offset) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) {
        value |= std::uint32_t{static_cast<unsigned char>(bytes[offset + i])} << (8 * i);
    }
    return value;
}

std::string session_frame(std::uint8_t type, std::uint32_t session, std::string_view fields) {
    return frame(type, u32_field(session).append(fields));
}

std::optional<std::uint32_t> session_of(std::string_view payload) {
    if (payload.size() < sizeof(std::uint32_t)) return std::nullopt;
    return u32_at(payload);
}

}  // namespace phi::monitor
