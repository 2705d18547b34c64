// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "plugin-api/include/runphi/agent.h"

// The monitor's side of the agent protocol (runphi/agent.h). What comes in was written by a guest:
// it is bounded, and nothing in it is believed but the guest's own exit status.
namespace phi::monitor {

// Cuts a byte stream into frames. Garbage before a frame is skipped, a frame that is too long is
// dropped whole, and never more than one frame is kept.
class FrameReader {
  public:
    using Handler = std::function<void(std::uint8_t type, std::string_view payload)>;
    explicit FrameReader(Handler handler) : handler_(std::move(handler)) {}
    void feed(std::string_view bytes);

  private:
    void byte(std::uint8_t value);

    Handler handler_;
    std::array<char, RUNPHI_AGENT_PAYLOAD_MAX> payload_{};
    std::array<std::uint8_t, sizeof(runphi_agent_header)> header_{};
    std::size_t have_header_ = 0;
    std::size_t have_payload_ = 0;
    std::size_t length_ = 0;
};

// One frame, ready to send. The payload is at most RUNPHI_AGENT_PAYLOAD_MAX bytes.
std::string frame(std::uint8_t type, std::string_view payload = {});
std::string signal_frame(int signal);
std::string resize_frame(std::uint16_t rows, std::uint16_t columns);
std::string eof_frame(std::uint64_t bytes_before);
// Of a session: its number, then the fields of the type.
std::string session_frame(std::uint8_t type, std::uint32_t session, std::string_view fields);
// The number of the session that a payload belongs to; nullopt if it is too short for one.
std::optional<std::uint32_t> session_of(std::string_view payload);

// Numbers as the protocol has them.
std::string u32_field(std::uint32_t value);
std::string u16_field(std::uint16_t value);
std::uint32_t u32_at(std::string_view bytes, std::size_t offset = 0);

}  // namespace phi::monitor
