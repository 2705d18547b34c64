// SPDX-License-Identifier: Apache-2.0
#include "core/map/map.hpp"

#include <algorithm>

#include "support.hpp"

namespace phi::map {
namespace {

using board::Board;
using board::Held;
using board::test::small_board;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<Held> two() {
    Held web{"web", {}};
    web.grant.cpus = {1, 2};
    web.grant.cpu_count = 2;
    web.grant.memory = {{"low", 0x70000000, 12U << 20}};
    web.grant.devices = {"gpio"};
    web.grant.irqs = {42, 51};
    web.grant.channels = {{"link", 0, 0x1000}};
    Held rtos{"rtos", {}};
    rtos.grant.cpus = {0};
    rtos.grant.memory = {{"low", 0x72000000, 4096}};
    rtos.grant.channels = {{"link", 1, 0x1000}};
    return {web, rtos};
}

TEST(Map, EachHolderHasALetter) {
    const std::string drawn = draw(small_board(), two());
    EXPECT_EQ(drawn, R"(board "small"

A  web                  2 CPUs (1-2), 12 MiB, gpio, link (end 0)
B  rtos                 1 CPU (0), 4 KiB, link (end 1)

CPUs      0-3
          BAA.
memory    low, 0x70000000-0x72ffffff, 48 MiB
          AAAAAAAAAAAAAAAAA............................B......................
memory    high, 0x80000000-0x80ffffff, 16 MiB
          ....................................................................
devices   uart1 .  gpio A
irqs      51 A  1 free
channels  link A-B
)");
}

TEST(Map, NobodyHoldsAnything) {
    EXPECT_TRUE(contains(draw(small_board(), {}), "nobody holds anything\n"));
    EXPECT_TRUE(contains(draw_svg(small_board(), {}), ">0 partitions<"));
}

TEST(Map, LinesEndInTime) {
    Board board = small_board();
    board.cpus.clear();
    for (unsigned cpu = 0; cpu < 200; ++cpu) board.cpus.push_back(cpu);
    std::vector<Held> many;
    for (unsigned i = 0; i < 100; ++i) {
        many.push_back({"partition-" + std::to_string(i), {}});
        many.back().grant.cpus = {2 * i};
        many.back().grant.memory = {{"low", 0x70000000 + i * 0x1000ULL, 0x1000}};
    }
    const std::string drawn = draw(board, many);
    for (std::size_t at = 0; at < drawn.size();) {
        const std::size_t end = drawn.find('\n', at);
        EXPECT_LE(end - at, 80U) << drawn.substr(at, end - at);
        at = end + 1;
    }
}

// A container's name is its user's choice.
TEST(Map, NamesAreText) {
    std::vector<Held> held = two();
    held[0].container = "<script>&\"";
    const std::string drawn = draw_svg(small_board(), held);
    EXPECT_FALSE(contains(drawn, "<script>"));
    EXPECT_TRUE(contains(drawn, "&lt;script&gt;&amp;&quot;"));
    const auto count = [&](const std::string& what) {
        std::size_t found = 0;
        for (auto at = drawn.find(what); at != std::string::npos; at = drawn.find(what, at + 1)) {
            ++found;
        }
        return found;
    };
    EXPECT_EQ(count("<g>"), count("</g>"));
    EXPECT_EQ(count("<title>"), count("</title>"));
    EXPECT_EQ(count("<text"), count("</text>"));
}

}  // namespace
}  // namespace phi::map
