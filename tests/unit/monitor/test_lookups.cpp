// SPDX-License-Identifier: Apache-2.0
// What a guest asks a name server, with a socket pair for its channel and servers of the test's on
// loopback addresses.
#include "core/monitor/lookups.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace phi::monitor {
namespace {

constexpr const char* address = "127.0.0.11";

class LookupsTest : public ::testing::Test {
  protected:
    LookupsTest() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
        guest_.reset(ends[0]);
        link_.open(UniqueFd(ends[1]));
        datagrams_ = bound(SOCK_DGRAM);
        connections_ = bound(SOCK_STREAM);
        ::listen(connections_.get(), 4);
        lookups_.emplace(std::vector<std::string>{"127.0.0.99", address}, link_, port_);
    }

    // Both on one port.
    UniqueFd bound(int type) {
        UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port_);
        ::inet_pton(AF_INET, address, &at.sin_addr);
        socklen_t size = sizeof at;
        EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
        return fd;
    }

    void ask(std::uint32_t number, unsigned server, unsigned transport, const std::string& bytes) {
        std::string payload = u32_field(number);
        payload += static_cast<char>(server);
        payload += static_cast<char>(transport);
        lookups_->take(payload + bytes);
    }
    void turn() {
        PollSet set;
        lookups_->add_to(set);
        link_.add_to(set, true);
        set.wait(1000);
        lookups_->handle(set);
        link_.handle(set);
    }
    // The next frame of the monitor's: the number and the bytes of an ANSWER.
    std::pair<std::uint32_t, std::string> next_answer() {
        std::optional<std::pair<std::uint32_t, std::string>> got;
        FrameReader reader([&](std::uint8_t type, std::string_view payload) {
            EXPECT_EQ(type, RUNPHI_AGENT_ANSWER);
            got.emplace(u32_at(payload), payload.substr(4));
        });
        for (int turns = 0; !got && turns < 100; ++turns) {
            char byte = 0;
            while (!got && ::recv(guest_.get(), &byte, 1, MSG_DONTWAIT) == 1)
                reader.feed({&byte, 1});
            if (!got) turn();
        }
        return got.value_or(std::pair<std::uint32_t, std::string>{0, "no answer"});
    }
    // What the server was asked, after it has said `answer`.
    std::string serve_datagram(const std::string& answer) {
        std::string asked(8192, '\0');
        sockaddr_in from{};
        socklen_t size = sizeof from;
        const ssize_t got = ::recvfrom(datagrams_.get(), asked.data(), asked.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &size);
        ::sendto(datagrams_.get(), answer.data(), answer.size(), 0,
                 reinterpret_cast<sockaddr*>(&from), size);
        return asked.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got));
    }
    static std::string read_some(int fd) {
        std::string bytes(8192, '\0');
        const ssize_t got = ::read(fd, bytes.data(), bytes.size());
        return bytes.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got));
    }

    using Answer = std::pair<std::uint32_t, std::string>;
    std::uint16_t port_ = 0;
    UniqueFd guest_, datagrams_, connections_;
    Link link_{[](std::uint8_t, std::string_view) {}};
    std::optional<Lookups> lookups_;
};

TEST_F(LookupsTest, ADatagramIsAnsweredOnce) {
    ask(7, 1, RUNPHI_AGENT_LOOKUP_DATAGRAM, "question");
    EXPECT_EQ(serve_datagram("answer"), "question");
    EXPECT_EQ(next_answer(), (Answer{7, "answer"}));
    EXPECT_EQ(lookups_->count(), 0U);
    EXPECT_EQ(lookups_->deadline().poll_ms(), -1);
}

TEST_F(LookupsTest, ALongAnswerIsCutAndSaysSo) {
    ask(7, 1, RUNPHI_AGENT_LOOKUP_DATAGRAM, "question");
    serve_datagram(std::string(5000, '\0'));
    std::string cut(RUNPHI_AGENT_ANSWER_MAX, '\0');
    cut[2] = 2;
    EXPECT_EQ(next_answer(), (Answer{7, cut}));
}

TEST_F(LookupsTest, WhereNobodyListensItIsOver) {
    ask(7, 0, RUNPHI_AGENT_LOOKUP_DATAGRAM, "question");
    EXPECT_EQ(next_answer(), (Answer{7, ""}));
    ask(8, 0, RUNPHI_AGENT_LOOKUP_CONNECTION, "question");
    EXPECT_EQ(next_answer(), (Answer{8, ""}));
    EXPECT_EQ(lookups_->count(), 0U);
}

TEST_F(LookupsTest, AConnectionGoesBothWaysUntilTheServerEndsIt) {
    ask(9, 1, RUNPHI_AGENT_LOOKUP_CONNECTION, "one ");
    UniqueFd server(::accept(connections_.get(), nullptr, nullptr));
    turn();
    ask(9, 1, RUNPHI_AGENT_LOOKUP_CONNECTION, "two");
    turn();
    std::string heard;
    while (heard.size() < 7) heard += read_some(server.get());
    EXPECT_EQ(heard, "one two");
    ASSERT_EQ(::write(server.get(), "first", 5), 5);
    EXPECT_EQ(next_answer(), (Answer{9, "first"}));
    ask(9, 1, RUNPHI_AGENT_LOOKUP_CONNECTION, "");
    EXPECT_EQ(read_some(server.get()), "");
    ASSERT_EQ(::write(server.get(), "last", 4), 4);
    server.reset();
    EXPECT_EQ(next_answer(), (Answer{9, "last"}));
    EXPECT_EQ(next_answer(), (Answer{9, ""}));
    EXPECT_EQ(lookups_->count(), 0U);
}

TEST_F(LookupsTest, NothingElseCanBeReached) {
    ask(1, 2, RUNPHI_AGENT_LOOKUP_DATAGRAM, "no such server");
    ask(2, 255, RUNPHI_AGENT_LOOKUP_CONNECTION, "no such server");
    ask(3, 1, RUNPHI_AGENT_LOOKUP_DATAGRAM, "");
    lookups_->take("short");
    EXPECT_EQ(lookups_->count(), 0U);
}

TEST_F(LookupsTest, AreBounded) {
    for (std::uint32_t number = 1; number <= 100; ++number) {
        ask(number, 1, RUNPHI_AGENT_LOOKUP_DATAGRAM, "question");
        ask(number, 1, RUNPHI_AGENT_LOOKUP_DATAGRAM, "of a number that is known");
    }
    EXPECT_EQ(lookups_->count(), std::size_t{RUNPHI_AGENT_LOOKUPS_MAX});
    for (unsigned i = 0; i < RUNPHI_AGENT_LOOKUPS_MAX; ++i) serve_datagram("answer");
    for (std::uint32_t number = 1; number <= RUNPHI_AGENT_LOOKUPS_MAX; ++number) {
        EXPECT_EQ(next_answer(), (Answer{number, "answer"}));
    }
    EXPECT_EQ(lookups_->count(), 0U);
}

// The server reads nothing, the guest goes on.
TEST_F(LookupsTest, AConnectionThatTakesNothingIsCut) {
    const std::string much(RUNPHI_AGENT_LOOKUP_MAX, 'x');
    ask(1, 1, RUNPHI_AGENT_LOOKUP_CONNECTION, much);
    for (int i = 0; i < 10'000 && lookups_->count() > 0; ++i) {
        ask(1, 1, RUNPHI_AGENT_LOOKUP_CONNECTION, much);
    }
    EXPECT_EQ(lookups_->count(), 0U);
    EXPECT_EQ(next_answer(), (Answer{1, ""}));
}

}  // namespace
}  // namespace phi::monitor
