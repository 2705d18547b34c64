// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/monitor/control.hpp"
#include "core/monitor/link.hpp"
#include "core/monitor/poll_set.hpp"

namespace phi::monitor {

// Passes the frames of sessions between the connections of the control socket and the guest. It
// keeps none: what the guest does not take stays in the client's socket, and what a client does not
// take must fit in its own, or the session is ended. So nobody waits for anybody else.
class Exchange {
  public:
    // `guest` is where sessions go, once it is there.
    void listen(int dir_fd) { listener_ = listen_for_control(dir_fd); }

    // The guest is ready for sessions on this channel.
    void open(Link* guest) { guest_ = guest; }
    bool is_open() const { return guest_ != nullptr; }
    // There will never be sessions: whoever asks hears this.
    void refuse(std::string why) { refusal_ = std::move(why); }
    // Somebody waits for the guest.
    bool wanted() const { return !clients_.empty(); }

    void add_to(PollSet& set);
    void handle(const PollSet& set);
    // When the first of those who wait has waited too long.
    Deadline deadline() const;
    // A frame of the guest's; what belongs to no session is dropped.
    void from_guest(std::uint8_t type, std::string_view payload);

  private:
    struct Client {
        Connection connection;  // closed: the guest has not heard of it yet
        std::uint32_t id = 0;
        bool begun = false;  // the guest may know it
        Deadline ready_by = Deadline::never();
        std::size_t slot = 0;
    };

    void welcome();
    static void tell_failure(Connection& connection, const std::string& why);
    // False when the client is to be forgotten.
    bool keep(Client& client, short happened);
    bool pass_packet(Client& client);
    bool say_goodbye(Client& client);

    UniqueFd listener_;
    std::size_t slot_ = 0;
    Link* guest_ = nullptr;
    std::string refusal_;
    std::vector<Client> clients_;
    std::size_t first_ = 0;  // whose turn it is
    std::uint32_t last_id_ = 0;
};

}  // namespace phi::monitor
