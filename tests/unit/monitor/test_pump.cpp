// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/pump.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "core/base/unique_fd.hpp"

namespace phi::monitor {
namespace {

struct Pipe {
    Pipe() {
        int ends[2];
        if (::pipe(ends) == 0) {
            read.reset(ends[0]);
            write.reset(ends[1]);
        }
    }
    UniqueFd read;
    UniqueFd write;
};

class Lines : public ::testing::Test {
  protected:
    // What comes from the guest, as one write.
    void say(const std::string& said) {
        ASSERT_EQ(::write(guest_.write.get(), said.data(), said.size()),
                  static_cast<ssize_t>(said.size()));
        ASSERT_TRUE(pump_.wants_input());
        pump_.read_some();
    }
    // What one write hands on; empty when nothing is to be written.
    std::string heard() {
        if (!pump_.wants_output()) return {};
        pump_.write_some();
        std::string all(8192, '\0');
        const ssize_t got = ::read(log_.read.get(), all.data(), all.size());
        return got < 0 ? "" : all.substr(0, static_cast<std::size_t>(got));
    }

    Pipe guest_;
    Pipe log_;
    Pump pump_{guest_.read.get(), log_.write.get()};
};

TEST_F(Lines, AreNotHeldUnlessThatIsWanted) {
    say("o");
    EXPECT_EQ(heard(), "o");
    EXPECT_EQ(pump_.held_until().poll_ms(), -1);
}

TEST_F(Lines, GoOnWhole) {
    pump_.hold_lines(std::chrono::hours(1));
    for (const char* byte : {"o", "u", "t"}) {
        say(byte);
        EXPECT_EQ(heard(), "");
        EXPECT_GT(pump_.held_until().poll_ms(), 0);
    }
    say("\n");
    EXPECT_EQ(pump_.held_until().poll_ms(), -1);
    EXPECT_EQ(heard(), "out\n");
    say("two\nlines\n");
    EXPECT_EQ(heard(), "two\nlines\n");
    EXPECT_EQ(pump_.passed(), 14U);
}

TEST_F(Lines, GoOnInPiecesOfTheBuffersSize) {
    pump_.hold_lines(std::chrono::hours(1));
    say(std::string(4000, 'x'));
    EXPECT_EQ(heard(), "");
    say(std::string(1000, 'y'));
    EXPECT_EQ(heard(), std::string(4000, 'x') + std::string(96, 'y'));
    ASSERT_TRUE(pump_.wants_input());
    pump_.read_some();
    EXPECT_EQ(heard(), "");
    say("\n");
    EXPECT_EQ(heard(), std::string(904, 'y') + "\n");
}

TEST_F(Lines, WithoutAnEndGoOnWhenTheirTimeIsOver) {
    pump_.hold_lines(std::chrono::milliseconds(1));
    say("$ ");
    while (!pump_.held_until().passed() && !pump_.wants_output()) ::usleep(100);
    EXPECT_EQ(heard(), "$ ");
}

TEST_F(Lines, WithoutAnEndGoOnWhenNothingMoreComes) {
    pump_.hold_lines(std::chrono::hours(1));
    say("last words");
    EXPECT_EQ(heard(), "");
    guest_.write.reset();
    pump_.read_some();
    EXPECT_EQ(heard(), "last words");
    EXPECT_TRUE(pump_.finished());
}

}  // namespace
}  // namespace phi::monitor
