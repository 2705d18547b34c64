// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/base/unique_fd.hpp"

// What create and the monitor say to each other while the container is being made, over a socket
// pair: a closed end tells each of them that the other has died.
namespace phi::monitor {

enum class Word : char {
    begin = 'B',    // create: your pid is on record, so whoever cleans up after me finds you
    ready = 'R',    // monitor: my cgroup and namespaces are there
    go = 'G',       // create: the hooks have run, make the partition
    created = 'C',  // monitor: it is made
    commit = 'K',   // create: it is recorded; from now on live without me
    error = 'E',    // monitor: it failed, with the Error
};

class Sync {
  public:
    explicit Sync(UniqueFd socket) : socket_(std::move(socket)) {}
    static std::pair<Sync, Sync> pair();

    int fd() const { return socket_.get(); }
    void close() { socket_.reset(); }
    void say(Word word);
    void say_error(const Error& error);
    // Waits for a word. nullopt: the other side has died. Throws the Error that it said.
    std::optional<Word> hear();

  private:
    UniqueFd socket_;
};

}  // namespace phi::monitor
