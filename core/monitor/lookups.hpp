// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/base/unique_fd.hpp"
#include "core/monitor/link.hpp"
#include "core/monitor/poll_set.hpp"

namespace phi::monitor {

// What a guest asks the name servers that listen on the loopback of the container's network
// namespace, which is ours (runphi/agent.h: lookups). The guest chooses among the servers and
// nothing else. Bounded: a socket each for so many lookups, a little that a connection does not
// take at once, and no answer is read before the guest's channel has room for it.
class Lookups {
  public:
    // `servers`: IPv4 addresses as text. Another port than DNS's is for tests.
    Lookups(std::vector<std::string> servers, Link& guest, std::uint16_t port = 53);

    // A LOOKUP of the guest's. What has not its form, and what is too much, is dropped.
    void take(std::string_view payload);

    void add_to(PollSet& set);
    void handle(const PollSet& set);
    // When the first of those that wait is given up.
    Deadline deadline() const;
    std::size_t count() const { return all_.size(); }

  private:
    struct Lookup {
        std::uint32_t number = 0;
        bool datagram = true;
        bool ended = false;  // the guest says no more
        UniqueFd socket;
        std::string pending;  // what a connection has not taken yet
        Deadline until = Deadline::never();
        std::size_t slot = 0;
    };

    void begin(std::uint32_t number, std::uint8_t server, bool datagram, std::string_view bytes);
    UniqueFd connect_to(std::uint8_t server, bool datagram) const;
    // False when it is over.
    static bool hand_on(Lookup& lookup, std::string_view bytes);
    static bool write_pending(Lookup& lookup);
    enum class Next { wait, done, end };  // end: the guest is to hear that it is over
    Next keep(Lookup& lookup, short happened);
    Next pass_datagram(const Lookup& lookup);
    Next pass_bytes(Lookup& lookup);
    void answer(const Lookup& lookup, std::string_view bytes);

    std::vector<std::string> servers_;
    Link& guest_;
    std::uint16_t port_;
    std::vector<Lookup> all_;
};

}  // namespace phi::monitor
