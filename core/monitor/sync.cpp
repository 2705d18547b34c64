// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/sync.hpp"

#include <sys/socket.h>

#include <utility>

namespace phi::monitor {

std::pair<Sync, Sync> Sync::pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        throw os_error("socketpair");
    }
    return {Sync(UniqueFd(ends[0])), Sync(UniqueFd(ends[1]))};
}

void Sync::say(Word word) {
    const char letter = static_cast<char>(word);
    // If nobody hears it any more, the speaker learns so when it listens.
    [[maybe_unused]] const auto sent = ::send(socket_.get(), &letter, 1, MSG_NOSIGNAL);
}

void Sync::say_error(const Error& error) {
    std::string message(1, static_cast<char>(Word::error));
    message += static_cast<char>(error.code());
    message += error.message().substr(0, 4096);
    message += '\0';
    message += error.hint().substr(0, 1024);
    [[maybe_unused]] const auto sent =
        ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL);
}

std::optional<Word> Sync::hear() {
    char buffer[8192];
    ssize_t got = 0;
    do {
        got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return std::nullopt;
    const auto word = static_cast<Word>(buffer[0]);
    if (word != Word::error || got < 2) return word;
    const std::string said(buffer + 2, static_cast<std::size_t>(got) - 2);
    const auto end = said.find('\0');
    throw Error(static_cast<Code>(buffer[1]), said.substr(0, end),
                end == std::string::npos ? "" : said.substr(end + 1));
}

}  // namespace phi::monitor
