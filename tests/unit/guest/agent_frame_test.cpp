// SPDX-License-Identifier: Apache-2.0
#include "guest/agent/agent_frame.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes written(std::uint8_t type, const std::string& payload) {
    Bytes out(PHI_FRAME_MAX);
    out.resize(phi_frame_write(type, payload.data(), payload.size(), out.data()));
    return out;
}

std::vector<std::pair<int, std::string>> read(const Bytes& stream) {
    phi_frame_reader reader{};
    phi_frame frame{};
    std::vector<std::pair<int, std::string>> frames;
    for (const auto byte : stream)
        if (phi_frame_read(&reader, byte, &frame))
            frames.emplace_back(frame.type,
                                std::string(frame.payload, frame.payload + frame.length));
    return frames;
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

using Frames = std::vector<std::pair<int, std::string>>;

TEST(GuestAgentFrame, IsWrittenAsTheHeaderSays) {
    EXPECT_EQ(written(RUNPHI_AGENT_EXIT, "\x07"), (Bytes{0xa7, 2, 1, 0, 7}));
    EXPECT_EQ(written(RUNPHI_AGENT_SHUTDOWN, ""), (Bytes{0xa7, 17, 0, 0}));
    const auto longest = written(RUNPHI_AGENT_ERROR, std::string(300, 'x'));
    EXPECT_EQ(longest[2], 300 % 256);
    EXPECT_EQ(longest[3], 300 / 256);
}

TEST(GuestAgentFrame, CutsALongText) {
    const auto frame = written(RUNPHI_AGENT_ERROR, std::string(5000, 'x'));
    EXPECT_EQ(frame.size(), 4U + RUNPHI_AGENT_PAYLOAD_MAX);
    EXPECT_EQ(read(frame),
              (Frames{{RUNPHI_AGENT_ERROR, std::string(RUNPHI_AGENT_PAYLOAD_MAX, 'x')}}));
}

TEST(GuestAgentFrame, ReadsWhatItWrote) {
    const auto stream = written(16, "\x0f") + written(17, "") + written(18, "abcd");
    EXPECT_EQ(read(stream), (Frames{{16, "\x0f"}, {17, ""}, {18, "abcd"}}));
}

TEST(GuestAgentFrame, SkipsBytesThatBeginNoFrame) {
    const Bytes noise{0, 1, 2, 0xff, 13, 10};
    EXPECT_EQ(read(noise + written(17, "") + noise + written(16, "\x09")),
              (Frames{{17, ""}, {16, "\x09"}}));
}

TEST(GuestAgentFrame, FindsTheFrameBehindAMagicByteThatIsNone) {
    // Lengths above the bound: the first byte was not the beginning.
    EXPECT_EQ(read(Bytes{0xa7, 0xa7, 0xff, 0xff, 0xff} + written(16, "\x02")),
              (Frames{{16, "\x02"}}));
    EXPECT_EQ(read(Bytes{0xa7, 1, 0xff, 0xff} + written(16, "\x02")), (Frames{{16, "\x02"}}));
}

TEST(GuestAgentFrame, WaitsForAllOfAFrame) {
    auto frame = written(18, "abcd");
    frame.pop_back();
    EXPECT_TRUE(read(frame).empty());
}

}  // namespace
