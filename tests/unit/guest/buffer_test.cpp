// SPDX-License-Identifier: Apache-2.0
#include "guest/phi-init/buffer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>

#include "core/base/unique_fd.hpp"

namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
        out.reset(ends[0]);
        in.reset(ends[1]);
    }
    phi::UniqueFd out, in;
};

struct Buffer : phi_buffer {
    explicit Buffer(std::size_t most) : phi_buffer{nullptr, 0, 0, 0, most} {}
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { std::free(bytes); }
};

TEST(GuestBuffer, CarriesAllBytesInOrder) {
    Pipe from;
    Pipe to;
    Buffer buffer(1 << 20);
    std::string sent;
    std::string received;
    std::array<char, 5000> chunk{};
    for (int i = 0; i < 200; ++i) {
        for (auto& byte : chunk)
            byte = static_cast<char>(sent.size() + static_cast<std::size_t>(i));
        ASSERT_EQ(::write(from.in.get(), chunk.data(), chunk.size()), 5000);
        sent.append(chunk.data(), chunk.size());
        std::size_t count = 0;
        ASSERT_EQ(phi_buffer_fill(&buffer, from.out.get(), &count), phi_io_moved);
        ASSERT_EQ(count, 5000U);
        if (i % 3 != 0) continue;
        while (phi_buffer_flush(&buffer, to.in.get()) == phi_io_moved) continue;
        for (ssize_t got = 0; (got = ::read(to.out.get(), chunk.data(), chunk.size())) > 0;)
            received.append(chunk.data(), static_cast<std::size_t>(got));
    }
    while (phi_buffer_flush(&buffer, to.in.get()) == phi_io_moved) continue;
    for (ssize_t got = 0; (got = ::read(to.out.get(), chunk.data(), chunk.size())) > 0;)
        received.append(chunk.data(), static_cast<std::size_t>(got));
    EXPECT_TRUE(received == sent);
}

TEST(GuestBuffer, StopsAtItsLimit) {
    Pipe from;
    Buffer buffer(10000);
    const std::string data(30000, 'x');
    ASSERT_EQ(::write(from.in.get(), data.data(), data.size()), 30000);
    std::size_t count = 0;
    std::size_t total = 0;
    while (phi_buffer_fill(&buffer, from.out.get(), &count) == phi_io_moved) total += count;
    EXPECT_EQ(total, 10000U);
    EXPECT_TRUE(phi_buffer_full(&buffer));
}

TEST(GuestBuffer, TellsTheEndOfEitherSide) {
    Pipe pipe;
    Buffer buffer(1000);
    std::size_t count = 0;
    EXPECT_EQ(phi_buffer_fill(&buffer, pipe.out.get(), &count), phi_io_wait);
    ASSERT_EQ(::write(pipe.in.get(), "abc", 3), 3);
    EXPECT_EQ(phi_buffer_fill(&buffer, pipe.out.get(), &count), phi_io_moved);
    pipe.in.reset();
    EXPECT_EQ(phi_buffer_fill(&buffer, pipe.out.get(), &count), phi_io_ended);
    Pipe closed;
    closed.out.reset();
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(phi_buffer_flush(&buffer, closed.in.get()), phi_io_ended);
    std::signal(SIGPIPE, before);
    EXPECT_EQ(phi_buffer_used(&buffer), 0U);
}

TEST(GuestBuffer, AppendsAllOrNothing) {
    Buffer buffer(10000);
    const std::string part(4000, 'x');
    EXPECT_TRUE(phi_buffer_append(&buffer, part.data(), part.size()));
    EXPECT_TRUE(phi_buffer_append(&buffer, part.data(), part.size()));
    EXPECT_FALSE(phi_buffer_append(&buffer, part.data(), part.size()));
    EXPECT_EQ(phi_buffer_used(&buffer), 8000U);
    EXPECT_TRUE(phi_buffer_append(&buffer, part.data(), 0));
}

}  // namespace
