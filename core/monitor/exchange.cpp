// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/exchange.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace phi::monitor {

namespace {

using std::chrono::seconds;

constexpr auto ready_limit = seconds(60);

bool is_of_client(std::uint8_t type) {
    switch (type) {
        case RUNPHI_AGENT_OPEN:
        case RUNPHI_AGENT_DESCRIBE:
        case RUNPHI_AGENT_STATS:
        case RUNPHI_AGENT_SESSION_SIGNAL:
        case RUNPHI_AGENT_SESSION_RESIZE:
        case RUNPHI_AGENT_DATA:
        case RUNPHI_AGENT_CREDIT:
            return true;
        default:
            return false;
    }
}

bool is_of_guest(std::uint8_t type) {
    return type == RUNPHI_AGENT_DATA || type == RUNPHI_AGENT_CREDIT ||
           (type >= RUNPHI_AGENT_STARTED && type <= RUNPHI_AGENT_STATISTICS);
}

bool is_end(std::uint8_t type) {
    return type == RUNPHI_AGENT_EXITED || type == RUNPHI_AGENT_FAILED ||
           type == RUNPHI_AGENT_STATISTICS;
}

}  // namespace

void Exchange::add_to(PollSet& set) {
    slot_ = set.add(listener_.get(), POLLIN);
    // A client is heard when there is room for what it says; that it has gone, always.
    const bool listens = guest_ != nullptr && guest_->has_room();
    for (auto& client : clients_) {
        client.slot = set.add(client.connection.fd(), static_cast<short>(listens ? POLLIN : 0));
    }
}

void Exchange::handle(const PollSet& set) {
    std::vector<bool> gone(clients_.size(), false);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        const std::size_t at = (first_ + i) % clients_.size();
        gone[at] = !keep(clients_[at], set.at(clients_[at].slot));
    }
    ++first_;
    std::size_t at = 0;
    std::erase_if(clients_, [&](const Client&) { return gone[at++]; });
    if (set.at(slot_) != 0) welcome();
}

bool Exchange::keep(Client& client, short happened) {
    if (!client.connection.is_open()) return say_goodbye(client);
    if (guest_ == nullptr) {
        if (!refusal_.empty()) {
            tell_failure(client.connection, refusal_);
            return false;
        }
        if (client.ready_by.passed()) {
            tell_failure(client.connection, text("the guest has not come up within ",
                                                 std::chrono::seconds(ready_limit).count(), " s"));
            return false;
        }
        return (happened & (POLLHUP | POLLERR)) == 0;
    }
    if ((happened & POLLIN) != 0) return !guest_->has_room() || pass_packet(client);
    if ((happened & (POLLHUP | POLLERR)) == 0) return true;
    client.connection.close();
    return say_goodbye(client);
}

bool Exchange::pass_packet(Client& client) {
    Packet packet;
    const auto got = client.connection.receive(packet);
    if (got == Connection::Got::nothing) return true;
    if (got == Connection::Got::end || !is_of_client(packet.type)) {
        client.connection.close();
        return say_goodbye(client);
    }
    client.begun = true;
    guest_->send(session_frame(packet.type, client.id, packet.fields));
    return true;
}

// The guest must hear of every end, or its process would stay.
bool Exchange::say_goodbye(Client& client) {
    if (!client.begun || guest_ == nullptr || !guest_->is_open()) return false;
    if (!guest_->has_room()) return true;
    guest_->send(session_frame(RUNPHI_AGENT_CLOSE, client.id, {}));
    return false;
}

void Exchange::tell_failure(Connection& connection, const std::string& why) {
    connection.send(RUNPHI_AGENT_FAILED, static_cast<char>(refused_status) + why);
}

void Exchange::welcome() {
    UniqueFd socket = accept_control(listener_.get());
    if (!socket) return;
    Connection connection(std::move(socket));
    if (clients_.size() >= RUNPHI_AGENT_SESSIONS_MAX) {
        tell_failure(connection,
                     text("there are ", clients_.size(),
                          " sessions in the container already, as many as it can have"));
        return;
    }
    if (guest_ == nullptr && !refusal_.empty()) {
        tell_failure(connection, refusal_);
        return;
    }
    Client client{std::move(connection)};
    client.id = ++last_id_;
    client.ready_by = Deadline::in(ready_limit);
    clients_.push_back(std::move(client));
}

Deadline Exchange::deadline() const {
    // They are in the order of their coming.
    return guest_ == nullptr && !clients_.empty() ? clients_.front().ready_by : Deadline::never();
}

void Exchange::from_guest(std::uint8_t type, std::string_view payload) {
    const auto id = session_of(payload);
    if (!id || !is_of_guest(type)) return;
    const auto client = std::find_if(clients_.begin(), clients_.end(), [&](const Client& one) {
        return one.id == *id && one.begun && one.connection.is_open();
    });
    if (client == clients_.end()) return;
    const auto sent = client->connection.send(type, payload.substr(sizeof *id));
    if (is_end(type)) {
        client->begun = false;  // the guest has forgotten it
        client->connection.close();
    } else if (sent != Connection::Sent::all) {
        client->connection.close();
    }
}

}  // namespace phi::monitor
