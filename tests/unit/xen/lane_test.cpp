// SPDX-License-Identifier: Apache-2.0
// A console between a terminal, at whose other end a test is xenconsoled, and a socket, at whose
// other end it is the monitor.
#include "plugins/xen/console/lane.hpp"

#include <fcntl.h>
#include <pty.h>

#include <runphi/sdk/socket.hpp>

#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;
using runphi::sdk::UniqueFd;

struct Terminal {
    Terminal() {
        int ends[2];
        char name[64];
        if (::openpty(&ends[0], &ends[1], name, nullptr, nullptr) != 0) {
            throw std::runtime_error("openpty");
        }
        master = UniqueFd(ends[0]);
        slave = UniqueFd(ends[1]);
        path = name;
    }
    UniqueFd master, slave;
    std::string path;
};

class ConsoleLane : public testing::Test {
  protected:
    ConsoleLane() : dir_(::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

    UniqueFd listener() { return runphi::sdk::listen_at(dir_.get(), "console.sock"); }
    void connect() {
        monitor_ = runphi::sdk::connect_at(dir_.get(), "console.sock", "the lane");
        ::fcntl(monitor_.get(), F_SETFL, O_NONBLOCK);
    }
    static void turn(Lane& lane) {
        for (int i = 0; i < 4; ++i) {
            std::vector<pollfd> slots;
            lane.add_to(slots);
            ::poll(slots.data(), slots.size(), 20);
            lane.handle(slots);
        }
    }
    std::string heard() {
        char bytes[65536];
        const ssize_t got = ::read(monitor_.get(), bytes, sizeof bytes);
        return {bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    }
    static void say(const UniqueFd& fd, std::string_view text) {
        ASSERT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }

    phi::test::Folder folder_;
    UniqueFd dir_, monitor_;
};

TEST_F(ConsoleLane, CarriesBothWaysAndChangesNothing) {
    Terminal terminal;
    Lane lane(listener());
    lane.open(terminal.path);
    say(terminal.master, "before\n");  // nobody is there yet: it waits
    turn(lane);
    connect();
    turn(lane);
    EXPECT_EQ(heard(), "before\n");
    EXPECT_EQ(lane.heard(), 7U);
    say(monitor_, "q\n\x03");
    turn(lane);
    char bytes[16];
    ASSERT_EQ(::read(terminal.master.get(), bytes, sizeof bytes), 3);
    EXPECT_EQ(std::string(bytes, 3), "q\n\x03");
    EXPECT_EQ(heard(), "") << "an echo";
}

TEST_F(ConsoleLane, FindsTheLineThatEnds) {
    Terminal terminal;
    Lane lane(listener());
    lane.listen_to_exit();
    lane.open(terminal.path);
    connect();
    say(terminal.master, "last words\nrunphi: exit 7\nmore");
    turn(lane);
    EXPECT_EQ(heard(), "last words\n");
    EXPECT_EQ(lane.exit_status(), 7);
}

TEST_F(ConsoleLane, InputGoesToTheTerminalThatSpokeLast) {
    Terminal first, second;
    Lane lane(listener());
    lane.open(first.path);
    lane.open(second.path);
    connect();
    turn(lane);
    say(monitor_, "1");
    turn(lane);
    char byte = 0;
    ASSERT_EQ(::read(first.master.get(), &byte, 1), 1);
    say(second.master, "here");
    turn(lane);
    EXPECT_EQ(heard(), "here");
    say(monitor_, "2");
    turn(lane);
    ASSERT_EQ(::read(second.master.get(), &byte, 1), 1);
    EXPECT_EQ(byte, '2');
}

TEST_F(ConsoleLane, AMonitorThatDoesNotReadIsNotReadFor) {
    Terminal terminal;
    ::fcntl(terminal.master.get(), F_SETFL, O_NONBLOCK);
    Lane lane(listener());
    lane.open(terminal.path);
    connect();
    const std::string piece(1024, 'x');
    std::size_t said = 0, silent = 0;
    while (silent < 50) {
        const ssize_t put = ::write(terminal.master.get(), piece.data(), piece.size());
        if (put > 0) said += static_cast<std::size_t>(put);
        silent = put > 0 ? 0 : silent + 1;
        turn(lane);
        ASSERT_LT(said, 16U << 20) << "the lane keeps without bound";
    }
    std::size_t all = 0;
    for (int empty = 0; empty < 20;) {
        const std::size_t got = heard().size();
        all += got;
        empty = got > 0 ? 0 : empty + 1;
        turn(lane);
    }
    EXPECT_EQ(all, said);
}

TEST_F(ConsoleLane, OutlivesItsTerminal) {
    Lane lane(listener());
    {
        Terminal terminal;
        lane.open(terminal.path);
        connect();
        say(terminal.master, "bye");
        turn(lane);
    }
    EXPECT_EQ(heard(), "bye");
    say(monitor_, "lost");
    turn(lane);
    EXPECT_FALSE(lane.is_live());
}

}  // namespace
}  // namespace xen_test
