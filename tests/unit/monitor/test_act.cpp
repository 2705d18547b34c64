// SPDX-License-Identifier: Apache-2.0
// Short commands and the container's monitor, over a socket in a directory.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "core/container/act.hpp"
#include "support/folder.hpp"

namespace phi::container {
namespace {

class Acts : public testing::Test {
  protected:
    Acts() : dir_(::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

    static bool readable(int fd) {
        pollfd one{fd, POLLIN, 0};
        return ::poll(&one, 1, 20'000) == 1;
    }

    test::Folder folder_;
    UniqueFd dir_;
};

TEST_F(Acts, AreAskedForAndAnswered) {
    const UniqueFd listener = listen_for_acts(dir_.get());
    for (const bool done : {true, false}) {
        bool told = !done;
        std::thread asking([&] {
            told = ask_monitor(dir_.get(), Act::pause, Deadline::in(std::chrono::seconds(20)));
        });
        ASSERT_TRUE(readable(listener.get()));
        const UniqueFd connection = accept_act(listener.get());
        ASSERT_TRUE(readable(connection.get()));
        EXPECT_EQ(take_act(connection.get()), Act::pause);
        answer_act(connection.get(), done);
        asking.join();
        EXPECT_EQ(told, done);
    }
}

TEST_F(Acts, NobodyListens) {
    EXPECT_FALSE(ask_monitor(dir_.get(), Act::start, Deadline::in(std::chrono::seconds(20))));
    listen_for_acts(dir_.get());
    EXPECT_FALSE(ask_monitor(dir_.get(), Act::start, Deadline::in(std::chrono::seconds(20))));
}

// Done late, it could undo what came after it.
TEST_F(Acts, WhoeverHasGoneGetsNothingDone) {
    const UniqueFd listener = listen_for_acts(dir_.get());
    EXPECT_FALSE(ask_monitor(dir_.get(), Act::pause, Deadline::in(std::chrono::milliseconds(0))));
    ASSERT_TRUE(readable(listener.get()));
    const UniqueFd connection = accept_act(listener.get());
    ASSERT_TRUE(connection);
    ASSERT_TRUE(readable(connection.get()));
    EXPECT_EQ(take_act(connection.get()), std::nullopt);
}

TEST_F(Acts, MonitorThatEndsWithoutAnAnswer) {
    UniqueFd listener = listen_for_acts(dir_.get());
    bool told = true;
    std::thread asking([&] {
        told = ask_monitor(dir_.get(), Act::resume, Deadline::in(std::chrono::seconds(20)));
    });
    ASSERT_TRUE(readable(listener.get()));
    listener.reset();
    asking.join();
    EXPECT_FALSE(told);
}

}  // namespace
}  // namespace phi::container
