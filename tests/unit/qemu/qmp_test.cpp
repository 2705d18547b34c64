// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/qmp.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "plugins/qemu/files.hpp"

namespace runphi::qemu {
namespace {

using namespace std::chrono_literals;
using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

constexpr const char* greeting = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n";
constexpr const char* fine = "{\"return\": {}}\r\n";

// QEMU's side of the socket: it has said everything before it is asked.
class Qemu {
  public:
    Qemu() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw "socketpair";
        ours.reset(ends[0]);
        theirs.reset(ends[1]);
    }
    void say(std::string_view text) { write_all(theirs.get(), text, "socket"); }
    std::string heard() {
        char buffer[4096];
        const ssize_t n = ::recv(theirs.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
    }
    Qmp client() { return Qmp::handshake(std::move(ours), Deadline::in(1min)); }
    UniqueFd ours, theirs;
};

Code failure(Qemu& qemu) {
    try {
        Qmp client = Qmp::handshake(std::move(qemu.ours), Deadline::in(0ms));
        client.run_state(Deadline::in(0ms));
    } catch (const Error& error) {
        return error.code();
    }
    return Code::internal;
}

TEST(Qmp, ShakesHandsAndAsks) {
    Qemu qemu;
    qemu.say(greeting);
    qemu.say(fine);
    qemu.say("{\"return\": {\"status\": \"paused\", \"running\": false}}\r\n");
    Qmp client = qemu.client();
    EXPECT_EQ(client.run_state(Deadline::in(1min)), "paused");
    EXPECT_EQ(qemu.heard(), "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"query-status\"}\n");
}

TEST(Qmp, EventsMayComeAtAnyTime) {
    Qemu qemu;
    qemu.say("{\"event\": \"STOP\"}\r\n");  // even before the greeting
    qemu.say(greeting);
    qemu.say("{\"event\": \"RESUME\"}\r\n");
    qemu.say(fine);
    qemu.say("{\"event\": \"STOP\"}\r\n");
    qemu.say("{\"return\": {\"status\": \"running\"}}\r\n");
    Qmp client = qemu.client();
    EXPECT_EQ(client.run_state(Deadline::in(1min)), "running");
}

TEST(Qmp, RefusalsCarryQemusWords) {
    Qemu qemu;
    qemu.say(greeting);
    qemu.say(fine);
    qemu.say("{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such thing\"}}\r\n");
    Qmp client = qemu.client();
    try {
        client.execute("cont", Deadline::in(1min));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::hypervisor);
        EXPECT_EQ(error.message(), "QEMU refuses cont: no such thing");
    }
}

TEST(Qmp, GivesUpInEveryWay) {
    Qemu silent;
    EXPECT_EQ(failure(silent), Code::timeout);
    Qemu gone;
    gone.theirs.reset();
    EXPECT_EQ(failure(gone), Code::not_found);
    Qemu noise;
    noise.say(greeting);
    noise.say("no JSON\n");
    EXPECT_EQ(failure(noise), Code::invalid);
    Qemu half;
    half.say(greeting);
    half.say("{\"return\":");
    half.theirs.reset();
    EXPECT_EQ(failure(half), Code::not_found);
}

TEST(Qmp, ReadsNothingBehindTheAnswer) {
    Qemu qemu;
    qemu.say(greeting);
    qemu.say(std::string(fine) + "{\"event\": \"RESUME\"}\r\n");
    Qmp client = qemu.client();
    const UniqueFd fd = client.release();
    EXPECT_EQ(take_line(fd.get()).text, "{\"event\": \"RESUME\"}\r\n");
}

TEST(Events, AreTakenWholeOrNotAtAll) {
    Qemu qemu;
    EXPECT_EQ(take_line(qemu.ours.get()).kind, QmpLine::Kind::none_yet);
    qemu.say("{\"event\": ");
    EXPECT_EQ(take_line(qemu.ours.get()).kind, QmpLine::Kind::none_yet);
    qemu.say("\"STOP\"}\n{\"event\":");
    const QmpLine line = take_line(qemu.ours.get());
    EXPECT_EQ(line.kind, QmpLine::Kind::line);
    EXPECT_EQ(line.text, "{\"event\": \"STOP\"}\n");
    EXPECT_EQ(take_line(qemu.ours.get()).kind, QmpLine::Kind::none_yet);
    Qemu gone;
    gone.theirs.reset();
    EXPECT_EQ(take_line(gone.ours.get()).kind, QmpLine::Kind::end);
}

TEST(Events, ALineWithoutAnEndDoesNotBlockTheRest) {
    Qemu qemu;
    qemu.say(std::string((64U << 10) + 10, 'x'));
    EXPECT_EQ(take_line(qemu.ours.get()).kind, QmpLine::Kind::line);
    EXPECT_EQ(take_line(qemu.ours.get()).kind, QmpLine::Kind::none_yet);
}

TEST(Events, TheReasonOfAShutdown) {
    EXPECT_EQ(shutdown_reason("{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, "
                              "\"reason\": \"guest-reset\"}}\r\n"),
              "guest-reset");
    EXPECT_EQ(shutdown_reason("{\"event\": \"SHUTDOWN\"}"), "unknown");
    EXPECT_FALSE(shutdown_reason("{\"event\": \"RESUME\"}").has_value());
    EXPECT_FALSE(shutdown_reason("[1]").has_value());
    EXPECT_FALSE(shutdown_reason("xxx").has_value());
}

}  // namespace
}  // namespace runphi::qemu
